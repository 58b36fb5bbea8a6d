import { drawKey, RandomStream } from '../base/random.ts';
import type { Action } from '../record/episode.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import { drawn, type Sample, type Writer } from '../policy/generate.ts';
import { carryOut } from './carryOut.ts';
import { coordinatesAt, rolesOf, tokensLeftOut, type SeatContexts } from './course.ts';
import type { EpisodePlan, Listener, PlayedTurn, Table } from './rollout.ts';

/**
 * Observation → strategy → action: one decision of the seat to move. Its contexts hold it afterwards.
 * @param before the turns of the dialogue so far
 */
export function* playTurn<State, S extends Scenario, A extends Action>(
  table: Table<State, S, A>,
  plan: EpisodePlan<State, S>,
  state: State,
  seat: SeatIndex,
  { strategist, agent }: SeatContexts,
  before: readonly PlayedTurn<A>[],
  listener: Listener<A>,
): Writer<PlayedTurn<A>> {
  const { environment, chatFormat, tokenizer } = table;
  const players = plan.seats[seat];
  const turnIndex = before.length;
  const coordinates = coordinatesAt(plan, turnIndex);
  const random = (purpose: string) => new RandomStream(plan.seed, purpose, ...coordinates, seat, turnIndex);
  const key = (purpose: string) => drawKey(plan.seed, purpose, ...coordinates, seat, turnIndex);
  const board = environment.board(state, seat);
  for (const context of rolesOf({ strategist, agent })) context.append(chatFormat.openOwnTurn(board));

  let strategy: string | null = null;
  let sample: PlayedTurn['sample'] = null;
  const by = players.strategist;
  if (by?.kind === 'script') {
    strategy = by.write(state, seat, random('given strategy'));
    listener.onStrategy?.(turnIndex, seat, strategy);
  } else if (strategist && by) {
    const firstIndex = strategist.tokenIds.length - tokensLeftOut(players);
    const advice =
      by.kind === 'expert'
        ? written(
            clipped(chatFormat.strategy(by.write(state, seat, random('given strategy'))), table.strategyTokenLimit),
          )
        : yield* drawn({
            context: strategist,
            stopToken: chatFormat.strategyEnd,
            tokenLimit: table.strategyTokenLimit,
            temperature: by.temperature,
            key: key('strategy'),
            onToken: listener.onStrategy && ((ids) => listener.onStrategy?.(turnIndex, seat, tokenizer.decode(ids))),
          });
    sample = { ...advice, firstIndex };
    strategy = tokenizer.decode(advice.tokenIds);
    if (by.kind === 'expert') {
      strategist.append(advice.tokenIds);
      listener.onStrategy?.(turnIndex, seat, strategy);
    }
    // The cut strategy still needs its end in the context; that token was not drawn, so it is never trained on.
    if (!advice.isComplete) strategist.append([chatFormat.strategyEnd]);
  }

  if (agent !== strategist) agent?.append(clipped(chatFormat.strategy(strategy ?? ''), table.strategyTokenLimit));
  for (const context of rolesOf({ strategist, agent })) context.append(chatFormat.openAction);

  const act = yield* carryOut(
    { table, plan, state, seat, before, strategy, agent, key, random },
    listener.onUtterance && ((text) => listener.onUtterance?.(turnIndex, seat, text)),
  );
  const { utterance, utteranceIndex } = act;
  if (act.ownStrategy !== null) {
    strategy = act.ownStrategy;
    listener.onStrategy?.(turnIndex, seat, strategy);
  }
  if (agent !== strategist) strategist?.append(clipped(chatFormat.action(utterance), table.actionTokenLimit));

  const action =
    act.unreadable === null
      ? environment.readAction(state, utterance)
      : environment.actionSchema.parse({ kind: 'invalid', reason: act.unreadable });
  return {
    turnIndex,
    seat,
    board,
    strategy,
    strategyReading: strategy === null ? null : environment.readStrategy(state, strategy, action),
    utterance,
    action,
    offerValue: environment.offerValue?.(state, seat) ?? null,
    proposalValue: environment.proposalValue?.(state, seat) ?? null,
    isProposal: environment.isProposal?.(action) ?? false,
    turnsLeft: environment.turnsLeft(state, seat),
    sample,
    utteranceIndex,
  };
}

/** What nobody drew has no probability: both are 0 and mean nothing. */
function written(tokenIds: readonly number[]): Sample {
  const zeros = tokenIds.map(() => 0);
  return { tokenIds, logProbs: zeros, entropies: zeros, isComplete: true };
}

/** What the receiver keeps of a text: at most `limit` tokens and the end. Read anew, a text may have grown. */
export function clipped(tokenIds: readonly number[], limit: number): readonly number[] {
  return tokenIds.length <= limit + 1 ? tokenIds : [...tokenIds.slice(0, limit), ...tokenIds.slice(-1)];
}
