import { AppError } from '../../base/errors.ts';
import { ExperimentResults } from '../../record/experimentReport.ts';

/** Larger files are no results. */
const MOST_BYTES = 50_000_000;

/** @throws AppError `results-unreadable` */
export async function resultsIn(file: Pick<File, 'size' | 'text'>): Promise<ExperimentResults> {
  if (file.size > MOST_BYTES) throw unreadable('It is too large.');
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch {
    throw unreadable('It is not JSON.');
  }
  const parsed = ExperimentResults.safeParse(json);
  if (parsed.success) return parsed.data;
  // The first thing that is wrong: the others mostly follow from it.
  const [first] = parsed.error.issues;
  throw unreadable(first ? `${first.message}${first.path.length > 0 ? `, at ${first.path.join('.')}` : ''}.` : '');
}

function unreadable(why: string): AppError {
  return new AppError('results-unreadable', {
    what: 'This is no results file that can be shown.',
    why,
    fix: 'Open the .json that a recipe has written, with the version of Parley that wrote it.',
  });
}
