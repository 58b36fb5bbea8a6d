import type { Scenario } from '../record/scenario.ts';

/**
 * A game reduced to its decisions, for calibration: a strategy is one word, a script carries it out exactly
 * (`Environment.carryOut`), and so a policy is nothing but the probabilities of the words, from which its worth follows exactly.
 */
export interface BareForm<S extends Scenario = Scenario> {
  /** The strategies, each of which can be carried out in every state in which a player is to move. */
  readonly words: readonly string[];
  /** The other words of views, boards and utterances that decide anything. Names and places do not. */
  readonly vocabulary: readonly string[];
  /** Where the policy is read, each decision reached from the start by the words before it. */
  readonly decisions: readonly BareDecision<S>[];
  /**
   * What follows from a policy. Exact.
   *
   * @param probabilities [decision][word], each row adding up to 1
   */
  measures(probabilities: readonly (readonly number[])[]): Readonly<Record<string, number>>;
}

export interface BareDecision<S extends Scenario = Scenario> {
  readonly scenario: S;
  /** Of the players in turn; where the world answers, it does so in between. */
  readonly wordsBefore: readonly string[];
}
