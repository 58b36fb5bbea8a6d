import type { Chat } from '../agent/chat/chat.ts';
import type { Explanation } from '../base/errors.ts';
import type { Interval, SocialMeans } from '../record/evaluation.ts';
import { otherSeat, type SeatIndex } from '../record/scenario.ts';
import { perDimension, type SeatEvaluation, type SocialEvaluation } from '../record/socialEvaluation.ts';
import { evaluateDialogues, withEvaluation } from './evaluateDialogues.ts';
import type { PlayedEpisode } from './rollout.ts';
import { clusteredMean } from '../base/statistics.ts';

interface Social<Played> {
  readonly episodes: readonly Played[];
  readonly summary: SocialMeans;
  /** The first of those that could not be evaluated. */
  readonly failure: Explanation | null;
}

/**
 * Has an evaluator read the dialogues: the seven dimensions of the measured seat and of its partner, and points where no
 * rule knows them. Yields the share of the whole evaluation, of which this is the last part.
 *
 * @throws the signal's reason
 */
export async function* evaluateSocially<Played extends PlayedEpisode>(
  chat: Chat,
  played: readonly Played[],
  measuredSeat: (index: number) => SeatIndex,
  signal: AbortSignal,
  before: number,
): AsyncGenerator<number, Social<Played>> {
  const evaluating = evaluateDialogues(chat, played, signal);
  let step = await evaluating.next();
  for (; !step.done; step = await evaluating.next()) yield before + (1 - before) * (step.value / played.length);
  const evaluated = step.value;
  const rows = played.flatMap((episode, index): Row[] => {
    const one = evaluated[index];
    return one?.ok ? [{ seat: measuredSeat(index), cluster: episode.scenario.canonicalId, evaluation: one.value }] : [];
  });
  const [failure = null] = evaluated.flatMap((one) => (one.ok ? [] : [one.error]));
  return {
    failure,
    episodes: played.map((episode, index) => {
      const one = evaluated[index];
      return one?.ok ? withEvaluation(episode, one.value) : episode;
    }),
    summary: {
      evaluator: chat.name,
      evaluated: rows.length,
      missing: played.length - rows.length,
      measured: meansOf(rows, (seat) => seat),
      partner: meansOf(rows, otherSeat),
    },
  };
}

interface Row {
  readonly seat: SeatIndex;
  readonly cluster: string;
  readonly evaluation: SocialEvaluation;
}

function meansOf(rows: readonly Row[], of: (seat: SeatIndex) => SeatIndex): SocialMeans['measured'] {
  if (rows.length === 0) return null;
  const mean = (value: (evaluation: SeatEvaluation) => number): Interval =>
    clusteredMean(rows.map(({ seat, cluster, evaluation }) => ({ cluster, value: value(evaluation.seats[of(seat)]) })));
  return {
    dimensions: perDimension((_, name) => mean(({ dimensions }) => dimensions[name].score)),
    overall: mean(({ overall }) => overall),
  };
}
