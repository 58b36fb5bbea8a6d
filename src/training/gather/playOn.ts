import type { Action, Episode } from '../../record/episode.ts';
import type { Scenario } from '../../record/scenario.ts';
import type { Trace } from '../../record/trace.ts';
import type { ChatFormat } from '../../policy/chatFormat.ts';
import { imposed, sampleRequest, type Desk, type Writer } from '../../policy/generate.ts';
import { playEpisode, type EpisodePlan, type Listener, type PlayedEpisode, type Table } from '../rollout.ts';
import type { SeatPlan } from '../seatPlan.ts';

/**
 * The plan of an episode that has the turns before `turnIndex` in common with another one and then goes its own way, with
 * random numbers of its own. Played from nothing it comes to the same turns; `playBranches` and `playOn` spare that.
 */
export function forkOf<State, S extends Scenario>(
  plan: EpisodePlan<State, S>,
  turnIndex: number,
  name: string,
): EpisodePlan<State, S> {
  return {
    ...plan,
    episodeId: `${plan.episodeId}.${name}`,
    coordinates: [...plan.coordinates, 'fork', name],
    origin: { plan, turnIndex },
  };
}

/**
 * Goes on with an episode whose first turns are known: what models wrote in them is put in its place, in the order in which
 * they were asked, and everything after it is played as `plan` says. To go on from a turn with another strategy, put that
 * strategy behind what came before the turn. What is imposed has no log-probs, so it cannot be trained on.
 *
 * @param draws `drawsBefore` or `recordedDraws` of the turn
 */
export function* playOn<State, S extends Scenario = Scenario, A extends Action = Action>(
  table: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  draws: readonly (readonly number[])[],
  desk: Desk,
  listener: Listener<A> = {},
): Writer<PlayedEpisode<S, A>> {
  const episode = playEpisode(table, plan, desk, listener);
  let step = episode.next(undefined);
  for (const tokenIds of draws) {
    // Somebody outside is asked as before; whoever keeps their replies spares them that.
    while (!step.done && 'work' in step.value) step = episode.next(yield step.value);
    if (step.done) return step.value;
    step = episode.next(imposed(sampleRequest(step.value), tokenIds));
  }
  while (!step.done) step = episode.next(yield step.value);
  return step.value;
}

/** What models drew before a turn of an episode that was played just now. */
export function drawsBefore(
  { turns, agentContexts }: PlayedEpisode,
  turnIndex: number,
  { chatFormat, actionTokenLimit }: Pick<Table<unknown>, 'chatFormat' | 'actionTokenLimit'>,
): (readonly number[])[] {
  return turns.slice(0, turnIndex).flatMap(({ seat, sample, utteranceIndex }) => {
    const spoken = utteranceIndex === null ? [] : (agentContexts[seat] ?? []).slice(utteranceIndex);
    const end = spoken.indexOf(chatFormat.actionEnd);
    const drawn = spoken.slice(0, Math.min(end + 1 || Infinity, actionTokenLimit));
    return [...(sample ? [sample.tokenIds] : []), ...(utteranceIndex === null ? [] : [drawn])];
  });
}

/**
 * The same of a saved episode. Strategies that have a trace come back token by token; all other text is tokenised anew, as
 * by whoever hears it.
 *
 * @param seats who will play on: a script is asked for nothing
 */
export function recordedDraws<State>(
  { episodeId, turns }: Episode,
  traces: readonly Trace[],
  turnIndex: number,
  seats: readonly [SeatPlan<State>, SeatPlan<State>],
  chatFormat: Pick<ChatFormat, 'strategy' | 'action'>,
): (readonly number[])[] {
  return turns.slice(0, turnIndex).flatMap(({ seat, strategy, utterance }, index) => {
    const ownTurn = turns.slice(0, index).filter((turn) => turn.seat === seat).length;
    const trace = traces.find((candidate) => candidate.episodeId === episodeId && candidate.seat === seat);
    const traced = trace ? tracedStrategy(trace, ownTurn) : [];
    const { strategist, agent } = seats[seat];
    const advice = traced.length > 0 ? traced : chatFormat.strategy(strategy ?? '');
    return [
      ...(strategist?.kind === 'model' ? [advice] : []),
      ...(agent.kind === 'model' ? [chatFormat.action(utterance)] : []),
    ];
  });
}

function tracedStrategy({ tokenIds, sampledMask, ownTurnIndex }: Trace, ownTurn: number): number[] {
  return Array.from(tokenIds).filter((_, index) => sampledMask[index] === 1 && ownTurnIndex[index] === ownTurn);
}
