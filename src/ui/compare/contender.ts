import type { ListedCheckpoint } from '../../record/checkpoint.ts';
import type { EvaluationRow, RunRow } from '../../storage/rows.ts';
import { BASE, contenderKey, type Contender } from '../route.ts';
import type { UpdatePoint } from '../runState.ts';
import { stylesOf, type ContenderStyle } from './contenderStyles.ts';

/** A saved run with its curves. */
export interface SavedRun {
  readonly run: RunRow;
  readonly history: readonly UpdatePoint[];
  /** By the updates that were done. */
  readonly evaluations: readonly EvaluationRow[];
  /** Newest first. */
  readonly checkpoints: readonly ListedCheckpoint[];
}

/** One of those on the compare screen, with all that is saved of its run. */
export interface Compared extends SavedRun {
  readonly key: string;
  /** What tells it from the others comes first: names are cut short at their end. */
  readonly name: string;
  readonly style: ContenderStyle;
  /** Updates that had been done then; null: the run as a whole. */
  readonly moment: number | null;
  /** What plays for it; null: no weights of it are saved. */
  readonly weights: Weights | null;
}

export type Weights =
  { readonly kind: 'base' } | { readonly kind: 'checkpoint'; readonly checkpoint: ListedCheckpoint };

/** Those of the contenders that are saved here, in order. */
export function comparedOf(contenders: readonly Contender[], saved: readonly SavedRun[]): Compared[] {
  const styles = stylesOf(contenders.map(contenderKey));
  return contenders.flatMap((contender, index): Compared[] => {
    const found = saved.find(({ run }) => run.runId === contender.runId);
    const [style, place] = [styles[index], found && placeOf(contender, found)];
    return found && style && place ? [{ ...found, ...place, key: contenderKey(contender), style }] : [];
  });
}

/** null: there is no such checkpoint. */
function placeOf(
  { at }: Contender,
  { run, checkpoints }: SavedRun,
): Pick<Compared, 'name' | 'moment' | 'weights'> | null {
  if (at === BASE) return { name: `${baseLabel(run)} · ${run.name}`, moment: 0, weights: { kind: 'base' } };
  if (at === null) {
    const newest = checkpoints.toSorted((a, b) => b.updatesDone - a.updatesDone)[0];
    return { name: run.name, moment: null, weights: newest ? { kind: 'checkpoint', checkpoint: newest } : null };
  }
  const checkpoint = checkpoints.find(({ checkpointId }) => checkpointId === at);
  if (!checkpoint) return null;
  const { updatesDone } = checkpoint;
  const name = `${checkpointLabel(checkpoint)} · ${run.name}`;
  return { name, moment: updatesDone, weights: { kind: 'checkpoint', checkpoint } };
}

/** `update 12`; those that a person has kept have a name of their own. */
export function checkpointLabel({ updatesDone, isKept, label }: ListedCheckpoint): string {
  return isKept && label !== `update ${updatesDone}` ? `update ${updatesDone}, ${label}` : `update ${updatesDone}`;
}

/** A run that began with the weights of another one was trained before its first update. */
export function baseLabel({ config }: Pick<RunRow, 'config'>): string {
  return config.startedFrom === null ? 'before training' : 'base model';
}

/** What had been measured by then: a checkpoint counts as its run stood at that moment. */
export function asOf<Run extends Pick<Compared, 'history' | 'evaluations' | 'moment'>>(compared: Run): Run {
  const { moment, history, evaluations } = compared;
  if (moment === null) return compared;
  return {
    ...compared,
    history: history.filter(({ updateIndex }) => updateIndex < moment),
    evaluations: evaluations.filter(({ updatesDone }) => updatesDone <= moment),
  };
}

/** Each run once, as its first contender: they share its curves. */
export function runsOf(compared: readonly Compared[]): Compared[] {
  const byRun = new Map<string, Compared>();
  for (const one of compared) {
    const known = byRun.get(one.run.runId);
    // A run as a whole lends its style to the line; else its first moment does.
    if (!known || (known.moment !== null && one.moment === null)) byRun.set(one.run.runId, one);
  }
  return [...byRun.values()];
}

/** Points of different games mean different things. */
export function shareEnvironment(compared: readonly Pick<Compared, 'run'>[]): boolean {
  return new Set(compared.map(({ run }) => run.config.environment)).size <= 1;
}
