import { remembering, type Chat } from '../agent/chat/chat.ts';
import { explain, isAbort } from '../base/errors.ts';
import { err, ok, type Result } from '../base/result.ts';
import { together } from '../base/together.ts';
import { isScored } from '../environment/environment.ts';
import type { SeatIndex } from '../record/scenario.ts';
import type { SocialEvaluation } from '../record/socialEvaluation.ts';
import { evaluateDialogue } from '../reward/evaluator/evaluate.ts';
import { evaluatedDialogue } from '../reward/evaluator/evaluatedDialogue.ts';
import type { PlayedEpisode, Verdicts } from './rollout.ts';

export type Evaluated = Result<SocialEvaluation, ReturnType<typeof explain>>;

/**
 * Both seats of each SOTOPIA dialogue in the seven dimensions. A failure costs its own dialogue. Yields how many are done.
 * @throws the signal's reason
 */
export function evaluateDialogues(
  chat: Chat,
  played: readonly PlayedEpisode[],
  signal: AbortSignal,
): AsyncGenerator<number, Evaluated[]> {
  const ask = remembering(chat, 'evaluation');
  const works = played.map((episode) => {
    const dialogue = evaluatedDialogue(episode);
    if (!dialogue) throw new Error(`evaluateDialogues: ${episode.scenario.environment} has no such dimensions`);
    return async (inner: AbortSignal): Promise<Evaluated> => {
      try {
        return ok(await evaluateDialogue(ask, dialogue, inner));
      } catch (thrown) {
        if (inner.aborted || isAbort(thrown)) throw thrown;
        return err(explain(thrown));
      }
    };
  });
  return together(works, signal);
}

/** The episode with the evaluator's scores of the goals in the place of points that nobody knew. */
export function withEvaluation<Played extends PlayedEpisode>(episode: Played, evaluation: SocialEvaluation): Played {
  const { outcome } = episode;
  const pointsOf = (seat: SeatIndex) =>
    isScored(outcome, seat) ? outcome.points[seat] : evaluation.seats[seat].dimensions.goal.score;
  const points: readonly [number, number] = [pointsOf(0), pointsOf(1)];
  const verdicts: Verdicts = { judgements: [null, null], ...episode.verdicts, evaluation };
  return {
    ...episode,
    outcome: { ...outcome, points, unscored: [] },
    verdicts,
  };
}
