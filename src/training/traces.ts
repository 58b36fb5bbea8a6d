import type { TokenStats } from '../policy/engine.ts';
import type { Trace } from '../record/trace.ts';
import type { ScoredBatch } from './score.ts';

/** Every token of every trained context, with what sampling and learning measured of it. */
export function tracesOf(
  { sides, examples, episodes }: Pick<ScoredBatch, 'sides' | 'examples' | 'episodes'>,
  tokenStats: readonly (TokenStats | null)[],
  policyVersion: number,
): Trace[] {
  const rows = new Map(episodes.map((episode) => [episode.episodeId, episode]));
  return sides.map(({ episode, seat, turns, turnsBefore }, index): Trace => {
    const example = examples[index];
    const tokenCount = example?.tokenIds.length ?? 0;
    const trace = {
      sampledMask: new Uint8Array(tokenCount),
      ownTurnIndex: new Int16Array(tokenCount).fill(-1),
      logProbs: new Float32Array(tokenCount),
      entropies: new Float32Array(tokenCount),
      klToBase: new Float32Array(tokenCount),
      ratios: new Float32Array(tokenCount),
      advantages: new Float32Array(tokenCount),
    };
    const ownRows = rows.get(episode.episodeId)?.turns.filter((turn) => turn.seat === seat) ?? [];
    let scored = 0;
    turns.forEach(({ sample }, position) => {
      const ownTurn = turnsBefore + position;
      sample?.tokenIds.forEach((_, offset) => {
        const at = sample.firstIndex + offset;
        trace.sampledMask[at] = 1;
        trace.ownTurnIndex[at] = ownTurn;
        trace.logProbs[at] = sample.logProbs[offset] ?? 0;
        trace.entropies[at] = sample.entropies[offset] ?? 0;
        trace.klToBase[at] = tokenStats[index]?.klToBase[scored] ?? NaN;
        trace.ratios[at] = Math.exp((tokenStats[index]?.logProbs[scored] ?? NaN) - trace.logProbs[at]);
        trace.advantages[at] = ownRows[ownTurn]?.advantage ?? 0;
        scored += 1;
      });
    });
    return {
      episodeId: episode.episodeId,
      seat,
      tokenIds: example?.tokenIds ?? new Int32Array(),
      ...trace,
      policyVersion,
    };
  });
}
