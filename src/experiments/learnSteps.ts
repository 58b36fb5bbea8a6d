import { DialogueLesson } from '../record/dialogueLesson.ts';
import type { ExperimentOrder, TrainedWeights, Training } from '../record/experiment.ts';
import { epochsOf, methodOf, startOf } from './iterationSettings.ts';
import { trainingFor } from './recipes/conditions.ts';

/** Where a round begins. */
export interface RoundStart {
  readonly iteration: number;
  /** Whose dialogues are learned from; null: the base's. */
  readonly player: Training | null;
  /** Whose weights learn on; null: the base's. */
  readonly from: Training | null;
  /** Who sits opposite besides the player itself. */
  readonly opposite: Pick<Training, 'opponents'>;
}

/** What a round learns by: the training that makes the next strategist. */
export type LearnStep = (start: RoundStart) => Training;

/** @param seed of the whole; each round has one of its own, or one that begins where another began would play the same */
export function learnStepOf(order: ExperimentOrder, seed: number): LearnStep {
  const epochs = epochsOf(order);
  const step = methodOf(order) === 'offline' ? offline : onPolicy;
  return (start) => step(order, seed * 1000 + start.iteration, epochs, start);
}

/** Updates on dialogues of the strategist as it is before each of them. */
function onPolicy(
  order: ExperimentOrder,
  seed: number,
  epochs: number,
  { iteration, from, opposite }: RoundStart,
): Training {
  const origin = from && weightsOf(from);
  const knobs = epochs > 1 ? { epochsPerBatch: epochs, stepsPerEpoch: 4 } : {};
  const name = `round ${iteration + 1} (${startOf(order)})`;
  const updates = (origin?.updates ?? 0) + order.updates;
  return trainingFor({ ...order, updates }, { name, model: order.models[0] ?? '', seed, knobs }, origin, opposite);
}

/**
 * The recipe of EPO's released code: as many dialogues as an on-policy round plays, all of them before the first update and
 * by the same weights; then Equation 5 over them, `epochs` times, in mini-batches of an update's dialogues. Of the weights
 * that it begins with it takes nothing else: no moments, no count of updates.
 */
function offline(
  order: ExperimentOrder,
  seed: number,
  epochs: number,
  { iteration, player, from, opposite }: RoundStart,
): Training {
  const origin = from && weightsOf(from);
  const playedBy = player && weightsOf(player);
  const updates = epochs * order.updates;
  const dialogues = DialogueLesson.parse({
    origin: nameOf(playedBy) ?? 'base model',
    count: order.updates * order.episodesPerUpdate,
    recipe: 'epo',
    updates,
  });
  const name = `round ${iteration + 1} (offline, ${startOf(order)})`;
  const knobs = { preset: 'epo', dialogues, startedFrom: nameOf(origin) } as const;
  const about = { name, model: order.models[0] ?? '', seed, knobs };
  return trainingFor({ ...order, updates }, about, origin, { playedBy, ...opposite });
}

const weightsOf = ({ runId, config }: Training): TrainedWeights => ({ runId, updates: config.updates });

function nameOf(weights: TrainedWeights | null): string | null {
  return weights && `${weights.runId}, update ${weights.updates}`;
}
