import type { Chat } from '../agent/chat/chat.ts';
import { AppError } from '../base/errors.ts';
import { together } from '../base/together.ts';
import { isScored, type Environment } from '../environment/environment.ts';
import type { Judgement } from '../record/judgement.ts';
import type { JudgeMetrics } from '../record/metrics.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { SeatIndex } from '../record/scenario.ts';
import { JUDGE_DEFAULTS, judgeDialogue, type JudgeSettings } from '../reward/judge/judge.ts';
import { judgedDialogue } from '../reward/judge/judgedDialogue.ts';
import { judgeRewardOf } from '../reward/turnRewards.ts';
import { evaluateDialogues, withEvaluation, type Evaluated } from './evaluateDialogues.ts';
import type { PlayedEpisode } from './rollout.ts';

/** A played batch with verdicts; dialogues that an evaluator scored also have points. */
export interface JudgedBatch {
  readonly episodes: readonly PlayedEpisode[];
  readonly metrics: JudgeMetrics;
}

type JudgeConfig = Pick<RunConfig, 'turnReward' | 'rewardBlend' | 'judgeGuard' | 'judgeTemperature' | 'chatTokenLimit'>;

/**
 * What a judge makes of a played batch. Dialogues whose goals no rule checks are evaluated first: a judge is told how well
 * the goal was reached. Then one question for each finished dialogue and trained seat, where the turn reward is a judge's.
 * Whatever fails costs its own part; what was answered before is not asked again. Yields the share that is done.
 *
 * @throws AppError `chat-nothing-scored` when nobody could score any dialogue; the signal's reason
 */
export async function* judgeBatch<State>(
  config: JudgeConfig,
  environment: Environment<State>,
  chat: Chat,
  played: readonly PlayedEpisode[],
  signal: AbortSignal,
): AsyncGenerator<number, JudgedBatch> {
  const settings = judgeSettings(config, chat);
  const unscored = played.filter(canBeEvaluated);
  const sideCount = settings ? played.reduce((sum, { trainedSeats }) => sum + trainedSeats.length, 0) : 0;
  const expected = Math.max(1, unscored.length + sideCount);

  const evaluated = yield* shareOf(evaluateDialogues(chat, unscored, signal), 0, expected);
  const episodes = played.map((episode) => {
    const one = evaluated[unscored.indexOf(episode)];
    return one?.ok ? withEvaluation(episode, one.value) : episode;
  });
  assertSomeScored(episodes, evaluated);
  const failedCount = evaluated.filter(({ ok }) => !ok).length;
  const ofEvaluator = { evaluations: unscored.length, missingEvaluations: failedCount };
  if (!settings) return { episodes, metrics: { ...countsOf([]), ...ofEvaluator } };

  const sides = episodes.flatMap((episode) =>
    episode.trainedSeats.filter((seat) => isScored(episode.outcome, seat)).map((seat) => ({ episode, seat })),
  );
  const works = sides.map(({ episode: { scenario, turns, outcome }, seat }) => {
    const dialogue = judgedDialogue(environment, { scenario, turns, ...outcome }, seat);
    return (inner: AbortSignal) => judgeDialogue(chat, dialogue, settings, inner);
  });
  const judgements = yield* shareOf(together(works, signal), unscored.length, expected);
  const ofSide = (episode: PlayedEpisode, seat: SeatIndex) =>
    judgements[sides.findIndex((side) => side.episode === episode && side.seat === seat)] ?? null;
  return {
    episodes: episodes.map((episode): PlayedEpisode => ({
      ...episode,
      verdicts: { evaluation: null, ...episode.verdicts, judgements: [ofSide(episode, 0), ofSide(episode, 1)] },
    })),
    metrics: { ...countsOf(judgements), ...ofEvaluator },
  };
}

/** Whether a judge has something to do: for the turn rewards, or with points that nobody knows. */
export function needsJudge(config: JudgeConfig, played: readonly PlayedEpisode[]): boolean {
  return judgeRewardOf(config) !== null || played.some(canBeEvaluated);
}

function canBeEvaluated({ scenario, outcome }: PlayedEpisode): boolean {
  return scenario.environment === 'sotopia' && ([0, 1] as const).some((seat) => !isScored(outcome, seat));
}

function judgeSettings(config: JudgeConfig, { name }: Chat) {
  const { judgeGuard, judgeTemperature, chatTokenLimit } = config;
  const wanted = judgeRewardOf(config);
  if (wanted === null) return null;
  const settings: JudgeSettings = {
    ...JUDGE_DEFAULTS,
    kind: wanted === 'judge' ? 'critical' : 'graded',
    temperature: judgeTemperature,
    tokenLimit: chatTokenLimit,
    isGuarded: judgeGuard === 'on',
    judgeName: name,
  };
  return settings;
}

async function* shareOf<Value>(
  works: AsyncGenerator<number, Value>,
  before: number,
  expected: number,
): AsyncGenerator<number, Value> {
  let step = await works.next();
  for (; !step.done; step = await works.next()) yield Math.min(1, (before + step.value) / expected);
  return step.value;
}

function countsOf(judgements: readonly Judgement[]): Omit<JudgeMetrics, 'evaluations' | 'missingEvaluations'> {
  const made = judgements.filter((judgement) => judgement.kind !== 'missing');
  return {
    judgements: judgements.length,
    missingJudgements: judgements.length - made.length,
    setAsideTurns: made.reduce((sum, { setAside }) => sum + setAside.length, 0),
  };
}

/**
 * An update that nobody could score would learn nothing, and say nothing of it.
 * @throws AppError `chat-nothing-scored`
 */
export function assertSomeScored(played: readonly PlayedEpisode[], evaluated: readonly Evaluated[] = []): void {
  if (played.some(({ outcome, trainedSeats }) => trainedSeats.some((seat) => isScored(outcome, seat)))) return;
  const [failure] = evaluated.flatMap((one) => (one.ok ? [] : [one.error]));
  throw new AppError('chat-nothing-scored', {
    what: 'Nobody could score the dialogues of this update.',
    why: failure ? `${failure.what} ${failure.why}` : 'No rule checks their goals.',
    fix: failure?.fix ?? 'Name an evaluator: the judge’s server in the page, or servers.judge in a config file.',
  });
}
