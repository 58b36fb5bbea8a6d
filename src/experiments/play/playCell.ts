import type { Chats } from '../../agent/chat/chat.ts';
import { isScored } from '../../environment/environment.ts';
import type { Desk, Job } from '../../policy/generate.ts';
import { runWriters } from '../../policy/generate.ts';
import type { EpisodeResult, SocialScores } from '../../record/experiment.ts';
import { otherSeat, type SeatIndex } from '../../record/scenario.ts';
import { perDimension } from '../../record/socialEvaluation.ts';
import { evaluateDialogues, withEvaluation } from '../../training/evaluateDialogues.ts';
import { contextCount, playEpisode, type PlayedEpisode } from '../../training/rollout.ts';
import type { Stage } from './stage.ts';

/**
 * Plays the episodes of these numbers; yields results as they come, in any order. What an episode comes to depends on its
 * number alone, not on which others are played beside it.
 *
 * @param chats a judge evaluates SOTOPIA dialogues in its seven dimensions
 * @throws the signal's reason when it is aborted
 */
export async function* playEpisodes(
  { table, decoder, episode }: Stage,
  indices: readonly number[],
  signal: AbortSignal,
  chats?: Chats,
): AsyncGenerator<readonly EpisodeResult[], void> {
  const planned = indices.map(episode);
  const jobs = planned.map(({ plan }): Job<PlayedEpisode> => ({
    slotCount: contextCount(plan),
    start: (desk: Desk) => playEpisode(table, plan, desk),
  }));
  const judge = table.environment.name === 'sotopia' ? (chats?.judge ?? null) : null;
  for await (const { finished } of runWriters(decoder, jobs, signal)) {
    if (finished.length === 0) continue;
    let played = finished.map(({ index, outcome }) => ({ place: index, episode: outcome }));
    if (judge) {
      const evaluating = evaluateDialogues(
        judge,
        played.map((one) => one.episode),
        signal,
      );
      let step = await evaluating.next();
      while (!step.done) step = await evaluating.next();
      const evaluated = step.value;
      played = played.map((one, place) => {
        const evaluation = evaluated[place];
        return evaluation?.ok ? { ...one, episode: withEvaluation(one.episode, evaluation.value) } : one;
      });
    }
    yield played.flatMap(({ place, episode: outcome }) => {
      const index = indices[place];
      const seat = planned[place]?.seat;
      return index === undefined || seat === undefined ? [] : [resultOf(outcome, index, seat)];
    });
  }
}

/** What is kept of an episode. */
export function resultOf(
  { scenario, outcome, turns, verdicts }: PlayedEpisode,
  index: number,
  seat: SeatIndex,
): EpisodeResult {
  const pointsOf = (whose: SeatIndex) => (isScored(outcome, whose) ? outcome.points[whose] : null);
  const social = verdicts?.evaluation?.seats[seat];
  return {
    index,
    scenario: scenario.id,
    cluster: scenario.canonicalId,
    seat,
    points: pointsOf(seat),
    partnerPoints: pointsOf(otherSeat(seat)),
    endReason: outcome.endReason,
    isParetoOptimal: outcome.isParetoOptimal,
    turns: turns.map(({ seat: speaker, strategy, strategyReading, utterance, action }) => ({
      seat: speaker,
      strategy,
      family: strategyReading?.family ?? null,
      isApplicable: strategyReading?.isApplicable ?? false,
      isFollowed: strategyReading?.isFollowed ?? null,
      utterance,
      kind: action.kind,
    })),
    ...(social && { social: scoresOf(social) }),
  };
}

function scoresOf({
  dimensions,
  overall,
}: NonNullable<NonNullable<PlayedEpisode['verdicts']>['evaluation']>['seats'][0]): SocialScores {
  return { ...perDimension((_, name) => dimensions[name].score), overall };
}
