import type { Environment } from '../../environment/environment.ts';
import type { Action, EndReason } from '../../record/episode.ts';
import { otherSeat } from '../../record/scenario.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';

/** A finished episode from one seat's side, as a judge gets to see it. */
export interface JudgedDialogue {
  readonly name: string;
  readonly partnerName: string;
  /** What the interaction is, what both know, and what the seat wants. */
  readonly context: string;
  readonly goal: string | null;
  /** What the partner said before the first own turn; null when the seat opened. */
  readonly opening: string | null;
  readonly ownTurns: readonly JudgedTurn[];
  readonly endReason: EndReason;
  /** Whether the rules know deals at all, so that only their `agreement` is one. */
  readonly hasDealRules: boolean;
  /** Own points, 0–10: by rules, or an evaluator's score of the goal. */
  readonly points: number;
}

export interface JudgedTurn {
  /** null where nobody advised the seat. */
  readonly strategy: string | null;
  readonly utterance: string;
  /** What the rules understood of the utterance: its `Action.kind`. */
  readonly act: string;
  /** What the partner said next; null at the end. */
  readonly answer: string | null;
}

interface FinishedEpisode<S extends Scenario> {
  readonly scenario: S;
  readonly turns: readonly {
    readonly seat: SeatIndex;
    readonly strategy: string | null;
    readonly utterance: string;
    readonly action: Action;
  }[];
  readonly endReason: EndReason;
  readonly points: readonly [number, number];
}

/** One seat's side of an episode, in the environment's words for people. */
export function judgedDialogue<State, S extends Scenario>(
  { description, isProposal }: Pick<Environment<State, S>, 'description' | 'isProposal'>,
  { scenario, turns, endReason, points }: FinishedEpisode<S>,
  seat: SeatIndex,
): JudgedDialogue {
  const firstOwn = turns.findIndex((turn) => turn.seat === seat);
  return {
    name: description.seat(scenario, seat),
    partnerName: description.seat(scenario, otherSeat(seat)),
    context: `${description.about} ${description.table(scenario)}.`,
    goal: description.goal(scenario, seat),
    opening: firstOwn > 0 ? (turns[firstOwn - 1]?.utterance ?? null) : null,
    ownTurns: turns.flatMap((turn, index) => {
      if (turn.seat !== seat) return [];
      const next = turns[index + 1];
      const answer = next && next.seat !== seat ? next.utterance : null;
      return [{ strategy: turn.strategy, utterance: turn.utterance, act: turn.action.kind, answer }];
    }),
    endReason,
    hasDealRules: isProposal !== undefined,
    points: points[seat],
  };
}
