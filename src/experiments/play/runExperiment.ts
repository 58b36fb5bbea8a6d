import type { Chats } from '../../agent/chat/chat.ts';
import { monotonicMs } from '../../base/clock.ts';
import { AppError, isAbort } from '../../base/errors.ts';
import type { Milestone, Player, TrainedWeights, Training } from '../../record/experiment.ts';
import { trainedIn } from '../../training/trainerState.ts';
import { modelOf, partId, partsOfAll, type Part } from '../parts.ts';
import { neededTrainings, trainedPlayers } from '../known.ts';
import {
  JOURNALS,
  RecordReader,
  readBatches,
  readCredits,
  readEpisodes,
  readMilestones,
  type Archive,
} from '../archive.ts';
import { measureCredit } from './creditPart.ts';
import { opponentPool } from './opponentPool.ts';
import { playEpisodes } from './playCell.ts';
import { openStage, type OpenModel, type Stage } from './stage.ts';
import { checkpointIdOf, learnTo } from './trainPart.ts';
import type { Stage as RecipeStage } from '../recipe.ts';

export interface ExperimentPorts {
  readonly archive: Archive;
  /** The model with its engine; the same one for the same name. */
  open(modelName: string, environment: Training['config']['environment']): Promise<OpenModel>;
  readonly adapter: string;
  readonly signal: AbortSignal;
  readonly chats?: Chats | undefined;
}

/** News of an experiment. */
export type ExperimentNews =
  /** `share` of the part; `done` of so many `parts` that are known of. */
  | {
      readonly kind: 'part.progressed';
      readonly part: string;
      readonly share: number;
      readonly done: number;
      readonly parts: number;
    }
  | {
      readonly kind: 'part.finished';
      readonly part: string;
      readonly seconds: number;
      readonly done: number;
      readonly parts: number;
    }
  | { readonly kind: 'part.failed'; readonly part: string; readonly failure: AppError };

/** Results are written when so many are there, so that an interruption costs little. */
const LINES_AT_ONCE = 32;

/**
 * Does all work of the stages, part after part; what journals and checkpoints have already is not done again. A function of
 * the stages and the models but for the time it takes; it can be broken off anywhere, by abort or by the end of its process.
 *
 * A part that fails by itself (an objective that cannot be trained, a gradient that is not finite) is told, and so is all that
 * needs it; the others are done all the same.
 *
 * @throws the signal's reason, and whatever keeps everything from going on: the device, the storage, a server, a bug
 */
export async function* runStages(
  stages: readonly RecipeStage[],
  ports: ExperimentPorts,
): AsyncGenerator<ExperimentNews, void> {
  const { journals } = ports.archive;
  const failed = new Set<string>();
  let done = 0;
  const reader = new RecordReader(journals);
  let known = await reader.readOn([]);
  for (const [position, stage] of stages.entries()) {
    const work = stage(known);
    const later = () => partsOfAll(stages.slice(position + 1).flatMap((next) => next(known))).length;
    const parts = partsOfAll(work);
    const total = done + parts.length + later();
    for (const part of parts) {
      ports.signal.throwIfAborted();
      const id = partId(part);
      const startedAt = monotonicMs();
      try {
        assertUnspoilt(part, failed);
        let units = 0;
        for await (const progress of doPart(part, ports)) {
          units = progress.units;
          yield { kind: 'part.progressed', part: id, share: progress.share, done, parts: total };
        }
        done += 1;
        const seconds = (monotonicMs() - startedAt) / 1000;
        if (units > 0) {
          const { adapter } = ports;
          await journals.append(JOURNALS.costs, [
            { part: id, adapter, model: modelOf(part), kind: part.kind, units, seconds, ...chatTokens(ports) },
          ]);
        }
        yield { kind: 'part.finished', part: id, seconds, done, parts: total };
      } catch (thrown) {
        if (!isOwnFault(thrown)) throw thrown;
        done += 1;
        if (part.kind === 'train') failed.add(part.training.runId);
        await journals.append(JOURNALS.failures, [{ part: id, what: thrown.what, why: thrown.why }]);
        yield { kind: 'part.failed', part: id, failure: thrown };
      }
    }
    known = await reader.readOn(work);
  }
}

/** So far, of all parts of this process. */
function chatTokens({ chats }: ExperimentPorts): { chatTokens?: number } {
  const uses = [chats?.agent, chats?.judge].flatMap((chat) => (chat ? [chat.usage()] : []));
  if (uses.length === 0) return {};
  return { chatTokens: uses.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0) };
}

interface Progress {
  readonly share: number;
  /** Done now, not found in the records. */
  readonly units: number;
}

function doPart(part: Part, ports: ExperimentPorts): AsyncGenerator<Progress, void> {
  return part.kind === 'train' ? doTraining(part, ports) : doPlaying(part, ports);
}

async function* doTraining(
  part: Extract<Part, { kind: 'train' }>,
  { archive, open, signal, chats }: ExperimentPorts,
): AsyncGenerator<Progress, void> {
  const { training, to } = part;
  const isSame = (one: Milestone) => one.runId === training.runId && one.updates === to;
  if ((await readMilestones(archive.journals)).some(isSame)) return;
  const { runId, config, origin, playedBy = null, opponents } = training;
  const checkpointOf = (weights: TrainedWeights) =>
    archive.checkpoints(weights.runId).load(checkpointIdOf(weights.runId, weights.updates));
  const learning = learnTo(training, to, {
    open: await open(training.model, config.environment),
    checkpoints: archive.checkpoints(runId),
    origin: origin && (await checkpointOf(origin)),
    signal,
    played: {
      by: playedBy && (await checkpointOf(playedBy)),
      read: () => readBatches(archive.journals, runId),
      append: (batch) => archive.journals.append(JOURNALS.dialogues(runId), [batch]),
    },
    ...(opponents && { opponents: await opponentPool(opponents, config, checkpointOf) }),
    ...(chats && { chats }),
  });
  let [units, share] = [0, 0];
  let step = await learning.next();
  for (; !step.done; step = await learning.next()) {
    const news = step.value;
    if (news.kind === 'updated') {
      units += 1;
      await archive.journals.append(JOURNALS.updates(runId), [news.point]);
    } else share = Math.max(share, Math.min(1, news.share));
    yield { units, share };
  }
  await archive.journals.append(JOURNALS.milestones, [step.value]);
}

async function* doPlaying(
  part: Exclude<Part, { kind: 'train' }>,
  { archive, open, signal, chats }: ExperimentPorts,
): AsyncGenerator<Progress, void> {
  const { cell, from, to, kind } = part;
  const { journals } = archive;
  const rows = kind === 'play' ? await readEpisodes(journals, cell) : await readCredits(journals, cell);
  const there = new Set(rows.map(({ index }) => index));
  const missing = Array.from({ length: to - from }, (_, place) => from + place).filter((index) => !there.has(index));
  if (missing.length === 0) return;
  const strategistOf = async ({ runId, updates }: Extract<Player, { kind: 'trained' }>) =>
    trainedIn(await archive.checkpoints(runId).load(checkpointIdOf(runId, updates)));
  using stage: Stage = await openStage(cell, await open(cell.model, cell.environment), strategistOf, {
    episodes: missing.length,
    chats,
    slotsPerContext: kind === 'credit' ? 2 : 1,
  });
  const playing = kind === 'play' ? playEpisodes(stage, missing, signal, chats) : measureCredit(stage, missing, signal);
  const name = kind === 'play' ? JOURNALS.episodes(cell) : JOURNALS.credits(cell);
  let units = 0;
  let unwritten: unknown[] = [];
  const write = async () => {
    if (unwritten.length > 0) await journals.append(name, unwritten);
    unwritten = [];
  };
  try {
    for await (const results of playing) {
      unwritten.push(...results);
      units += results.length;
      if (unwritten.length >= LINES_AT_ONCE) await write();
      yield { units, share: units / missing.length };
    }
  } finally {
    // An interruption keeps what was played until then.
    await write();
  }
}

/** Whether all weights of a part exist, or could. @throws AppError `part-spoilt` */
function assertUnspoilt(part: Part, failed: ReadonlySet<string>): void {
  const needed = part.kind === 'train' ? [part.training, ...neededTrainings(part.training)] : trainedPlayers(part.cell);
  const missing = needed.find(({ runId }) => failed.has(runId))?.runId;
  if (missing === undefined) return;
  throw new AppError('part-spoilt', {
    what: 'This part cannot be done.',
    why: `It needs the weights of ${missing}, whose training failed.`,
    fix: 'See why it failed; the other parts go on.',
  });
}

/** What concerns one part alone. */
const OWN_FAULTS = /^(objective-|gradient-|part-spoilt|lesson-|player-unknown|agent-thoughtless|negotiator-missing)/;

function isOwnFault(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && !isAbort(thrown) && OWN_FAULTS.test(thrown.code);
}
