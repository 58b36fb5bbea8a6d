import { explain, type Explanation } from '../base/errors.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { trainableObjective } from '../training/objective/trainable.ts';
import { parseDraft, type ConfigDraft } from './configForm.ts';

/** Why a run with these settings could not be trained as it is meant; null when it can. The worker asks the same again. */
export function refusalOf(config: RunConfig): Explanation | null {
  try {
    trainableObjective(config);
    return null;
  } catch (thrown) {
    return explain(thrown);
  }
}

/** The run that the form describes, if it can be started; otherwise the form says what is wrong. */
export function startableRun(draft: ConfigDraft): RunConfig | null {
  const parsed = parseDraft(draft);
  return parsed.ok && refusalOf(parsed.value) === null ? parsed.value : null;
}
