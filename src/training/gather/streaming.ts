import type { RunEvent } from '../../record/runEvent.ts';
import { isTrained } from '../seatPlan.ts';
import type { EpisodePlan, Listener, PlayedEpisode } from '../rollout.ts';
import { spokenTurn } from '../score.ts';

/** Tells what happens in an episode while it happens. @param news where it is put */
export function streamTo<State>(
  news: RunEvent[],
  { episodeId, scenario, seats }: EpisodePlan<State>,
  updateIndex: number,
): Listener {
  const trainedSeats = ([0, 1] as const).filter((seat) => isTrained(seats[seat]));
  news.push({ kind: 'episode.started', episodeId, updateIndex, scenario, trainedSeats });
  const tell =
    (role: 'strategist' | 'agent') =>
    (turnIndex: number, seat: 0 | 1, text: string): void => {
      news.push({ kind: 'turn.streamed', episodeId, turnIndex, seat, role, text });
    };
  return {
    onStrategy: tell('strategist'),
    onUtterance: tell('agent'),
    onTurn: (turn) => {
      news.push({ kind: 'turn.spoken', episodeId, turn: spokenTurn(turn) });
    },
  };
}

export function ended({ episodeId, outcome }: PlayedEpisode): RunEvent {
  return { kind: 'episode.ended', episodeId, endReason: outcome.endReason, points: [...outcome.points] };
}
