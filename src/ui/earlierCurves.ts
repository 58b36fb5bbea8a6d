import { explain } from '../base/errors.ts';
import { listEvaluations, readUpdates } from '../storage/history.ts';
import { database } from './database.ts';
import { useEngine } from './engineStore.ts';
import { savedRun } from './queries.ts';
import type { UpdatePoint } from './runState.ts';
import { useRun } from './runStore.ts';

/** Updates that the charts are drawn anew for: with each part that is read, the page would do little else. */
const SHOWN_AT_ONCE = 1000;

/** The curves of a resumed run begin where the run began, not where this page came in. They fill as they are read. */
export async function loadEarlierCurves(runId: string): Promise<void> {
  const { addEarlierUpdates, addEarlierEvaluations, addEarlierChanges, setReadingPast } = useRun.getState();
  setReadingPast(runId, true);
  try {
    addEarlierChanges(runId, (await savedRun(runId))?.changes ?? []);
    const evaluations = await listEvaluations(database, runId);
    addEarlierEvaluations(
      runId,
      evaluations.map(({ updatesDone, evaluation: { points } }) => ({ updatesDone, points })),
    );
    let gathered: UpdatePoint[] = [];
    const show = () => {
      addEarlierUpdates(runId, gathered);
      gathered = [];
    };
    await readUpdates(database, runId, (part) => {
      gathered.push(...part);
      if (gathered.length >= SHOWN_AT_ONCE) show();
    });
    show();
  } catch (thrown) {
    useEngine.getState().setNotice(explain(thrown));
  } finally {
    setReadingPast(runId, false);
  }
}
