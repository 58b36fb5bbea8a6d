import type { AskedAgent } from '../src/agent/askedAgent.ts';
import type { AnyEnvironment } from '../src/environment/registry.ts';
import type { Speaker } from '../src/policy/engine.ts';
import type { Action, Turn } from '../src/record/episode.ts';
import type { SeatIndex } from '../src/record/scenario.ts';
import { advisedSeat, agentPlan, partnerOf, worldSeat, type Cast, type SeatPlan } from '../src/training/seatPlan.ts';
import type { Fork } from './protocol.ts';

export type Seats = readonly [SeatPlan<unknown>, SeatPlan<unknown>];

/** Who sat where in the run; the checkpoint in place of whoever was trained. */
export function seatsOf(
  { config, episode, turnIndex }: Pick<Fork, 'config' | 'episode' | 'turnIndex'>,
  environment: AnyEnvironment,
  policy: Speaker,
  cast: Cast<unknown>,
): Seats {
  const before = episode.turns.slice(0, turnIndex);
  const partner = partnerOf<unknown>(config);
  const player = (seat: SeatIndex): SeatPlan<unknown> => {
    if (!episode.trainedSeats.includes(seat)) return advisedSeat(cast, partner.strategist, partner.agent);
    const temperature = config.strategistTemperature;
    return {
      strategist: { kind: 'model', speaker: policy, temperature, isTrained: false },
      agent: agentPlan(cast, config.agent),
    };
  };
  const seated = (seat: SeatPlan<unknown>) => asRecorded(seat, before);
  return [seated(player(0)), worldSeat(environment) ?? seated(player(1))];
}

/** The seat, with an agent that is not asked about the turns before: another answer would make them another dialogue. */
function asRecorded(seat: SeatPlan<unknown>, before: readonly Turn[]): SeatPlan<unknown> {
  const { agent } = seat;
  if (agent.kind !== 'asked') return seat;
  const act: AskedAgent<unknown> = async (moment, signal) => {
    const turn = before[moment.history.length];
    if (!turn) return agent.act(moment, signal);
    const { utterance, strategy } = turn;
    const action: Action & { readonly reason?: unknown } = turn.action;
    // Of a reply that could not be read nothing was heard, and the reason is all that is known of it.
    const isUnread = utterance === '' && action.kind === 'invalid' && typeof action.reason === 'string';
    const ownStrategy = moment.advice.kind === 'own' ? strategy : null;
    return { utterance, ownStrategy, unreadable: isUnread ? String(action.reason) : null };
  };
  return { ...seat, agent: { ...agent, act } };
}
