import type { Turn } from '../../record/episode.ts';
import type { Trace } from '../../record/trace.ts';

/** One token of a strategist's context. The numbers are 0 where the token was fed, not sampled. */
export interface TokenFacts {
  readonly position: number;
  readonly tokenId: number;
  readonly isSampled: boolean;
  readonly logProb: number;
  readonly entropy: number;
  readonly klToBase: number;
  /** NaN where the trace is from before ratios were kept. */
  readonly ratio: number;
  readonly advantage: number;
}

export interface TurnTokens {
  /** Exactly what the strategist had read when it wrote the strategy. */
  readonly context: readonly TokenFacts[];
  readonly strategy: readonly TokenFacts[];
}

/** The tokens of one turn; null when the turn's seat has no trace, or the turn no sampled token. */
export function tokensOfTurn(traces: readonly Trace[], turns: readonly Turn[], turn: Turn): TurnTokens | null {
  const trace = traces.find(({ seat }) => seat === turn.seat);
  if (!trace) return null;
  const ownTurn = turns.filter(({ seat, turnIndex }) => seat === turn.seat && turnIndex < turn.turnIndex).length;
  const isOfTurn = (position: number) => trace.sampledMask[position] === 1 && trace.ownTurnIndex[position] === ownTurn;
  const positions = Array.from(trace.tokenIds.keys());
  const first = positions.find(isOfTurn);
  if (first === undefined) return null;
  return {
    context: positions.slice(0, first).map((position) => factsAt(trace, position)),
    strategy: positions.filter(isOfTurn).map((position) => factsAt(trace, position)),
  };
}

function factsAt(trace: Trace, position: number): TokenFacts {
  return {
    position,
    tokenId: trace.tokenIds[position] ?? 0,
    isSampled: trace.sampledMask[position] === 1,
    logProb: trace.logProbs[position] ?? 0,
    entropy: trace.entropies[position] ?? 0,
    klToBase: trace.klToBase[position] ?? 0,
    ratio: trace.ratios?.[position] ?? NaN,
    advantage: trace.advantages[position] ?? 0,
  };
}
