import { Owner } from '../src/base/owner.ts';
import { runEnvironment } from '../src/environment/runEnvironment.ts';
import type { LoraAdapter } from '../src/policy/formats/peft.ts';
import { loadFrozen } from '../src/policy/frozenWeights.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import type { Episode } from '../src/record/episode.ts';
import type { RunConfig } from '../src/record/runConfig.ts';
import type { SeatIndex } from '../src/record/scenario.ts';
import { seatAgentModel } from '../src/training/agentModel.ts';
import { castOf } from '../src/training/cast.ts';
import { playEvaluation } from '../src/training/evaluate.ts';
import { evaluationSeats, measuredSeatIn } from '../src/training/evaluationPlan.ts';
import { contextCount, type PlayedEpisode } from '../src/training/rollout.ts';
import type { AskRule } from '../src/training/rulePoints.ts';
import { spokenTurn } from '../src/training/score.ts';
import { assertSuits, initialParameters, trainableOf, trainedIn } from '../src/training/trainerState.ts';
import { validationPlan } from '../src/training/validation.ts';
import type { Trial } from './protocol.ts';
import type { RunModels } from './workbench.ts';

/** The weights of one player. */
export interface TrialWeights {
  /** Of the run that they belong to. */
  readonly config: RunConfig;
  /** null: as they were before the first update. */
  readonly checkpoint: Checkpoint | null;
  /** Where the run's low-rank factors started; null: new ones. Matters without a checkpoint only. */
  readonly adapter: LoraAdapter | null;
}

/** Dialogues at once: as many as keep a batch full. */
const AT_ONCE = 64;

/**
 * The dialogues of one player of a trial: those that an evaluation of a run with the trial's setting would play, scenario by
 * scenario and draw by draw, with these weights in the place of the run's. So players of one trial differ by their weights alone
 * (and by the model that carries strategies out, where theirs differ).
 *
 * @returns the episodes by their number; `trainedSeats` are those where the weights sat, and no turn is scored
 * @throws AppError `checkpoint-model`, `chat-server-missing`, `chat-nothing-scored`, and those of the engine; the signal's
 *   reason when it is aborted
 */
export async function playTrial(
  { setting, episodeCount }: Pick<Trial, 'setting' | 'episodeCount'>,
  { config, checkpoint, adapter }: TrialWeights,
  { model, engine, agentModel }: RunModels,
  askRule: AskRule,
  signal: AbortSignal,
  tell: (share: number) => void,
): Promise<Episode[]> {
  if (checkpoint) assertSuits(checkpoint, model.config);
  const environment = runEnvironment(setting);
  const updatesDone = checkpoint?.manifest.updatesDone ?? 0;
  const plan = { ...validationPlan<unknown>(setting, environment, updatesDone), episodeCount };
  using resources = new Owner();
  const base = resources.own(await loadFrozen(engine, model, config.basePrecision));
  const trainable = checkpoint
    ? trainedIn(checkpoint)
    : trainableOf(config, await initialParameters(config, model, adapter));
  const measured = resources.own(engine.createPolicy(base, trainable));
  const acting = await seatAgentModel(environment, agentModel, setting, resources);
  const cast = castOf<unknown>(environment, setting, base, null, null, acting);
  const { own, partner } = evaluationSeats(plan, environment, measured, cast);
  const slotCount = contextCount({ seats: [own, partner] }) * Math.min(AT_ONCE, episodeCount);
  const decoder = resources.own(engine.createDecoder([measured, base], Math.min(slotCount, engine.slotLimit)));
  const playing = playEvaluation(plan, { environment, model, signal, askRule }, { cast, measured, decoder });
  let step = await playing.next();
  for (; !step.done; step = await playing.next()) tell(step.value);
  const seatsOf = (index: number): SeatIndex[] => (own === partner ? [0, 1] : [measuredSeatIn(environment, index)]);
  return step.value.episodes.map((episode, index) => playedRow(episode, updatesDone, seatsOf(index)));
}

function playedRow(
  { episodeId, scenario, outcome, turns }: PlayedEpisode,
  updateIndex: number,
  seats: SeatIndex[],
): Episode {
  const { endReason, points, isParetoOptimal, unscored = [] } = outcome;
  return {
    episodeId,
    updateIndex,
    scenario,
    endReason,
    points: [points[0], points[1]],
    isParetoOptimal,
    ...(unscored.length > 0 && { unscored: [...unscored] }),
    trainedSeats: seats,
    turns: turns.map(spokenTurn),
  };
}
