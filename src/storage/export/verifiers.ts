import type { Episode, Turn } from '../../record/episode.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { Trace } from '../../record/trace.ts';
import { jsonLines } from './seatDialogue.ts';

/** What the records do not say. */
export interface VerifiersRun {
  readonly runId: string;
  /** Text of a context's tokens. */
  decode(tokenIds: Int32Array): string;
}

/** Tokens of one trace that were fed together, or sampled in one turn. */
interface Span {
  readonly begin: number;
  readonly end: number;
  /** Own-turn number; null for what was fed. */
  readonly ownTurn: number | null;
}

/**
 * `traces.jsonl` of verifiers, one episode a line with one trace per trained seat: token-exact, so that a trainer that reads token
 * ids needs no text. A node is a message with the one before it as parent; what was sampled has mask 1 and its log-probs.
 *
 * @param traces of the episodes, in any order
 */
export function verifiersTraces(
  episodes: readonly Episode[],
  traces: readonly Trace[],
  { runId, decode }: VerifiersRun,
): string {
  return jsonLines(
    episodes.map((episode) => ({
      id: episode.episodeId,
      env: episode.scenario.environment,
      task: { id: episode.scenario.id, split: episode.scenario.split, scenario: episode.scenario },
      group: episode.scenario.canonicalId,
      run: runId,
      ok: true,
      errors: [],
      traces: traces
        .filter(({ episodeId }) => episodeId === episode.episodeId)
        .toSorted((a, b) => a.seat - b.seat)
        .map((trace) => traceRecord(episode, trace, decode)),
    })),
  );
}

function traceRecord(episode: Episode, trace: Trace, decode: VerifiersRun['decode']) {
  const own = ownTurns(episode, trace.seat);
  return {
    version: 1,
    id: `${episode.episodeId}/${trace.seat}`,
    task: episode.scenario.id,
    agent: { name: `strategist ${trace.seat}`, trainable: true },
    tools: [],
    nodes: spansOf(trace).map((span, index) => nodeRecord(trace, span, index, decode)),
    calls: [],
    rewards: {
      points: { score: episode.points[trace.seat], weight: 0 },
      turns: { score: own.reduce((sum, { reward }) => sum + reward, 0), weight: 1 },
    },
    metrics: { turns: own.length, pareto: Number(episode.isParetoOptimal) },
    info: { policy_version: trace.policyVersion, turn_rewards: own.map(({ reward }) => reward) },
    is_completed: episode.endReason !== 'context-full',
    ok: true,
    stop_condition: episode.endReason,
    errors: [],
  };
}

function nodeRecord(trace: Trace, { begin, end, ownTurn }: Span, index: number, decode: VerifiersRun['decode']) {
  const part = <List extends Int32Array | Float32Array>(list: List) => Array.from(list.subarray(begin, end));
  const isSampled = ownTurn !== null;
  const ids = trace.tokenIds.subarray(begin, end);
  return {
    parent: index === 0 ? null : index - 1,
    message: { role: isSampled ? 'assistant' : index === 0 ? 'system' : 'user', content: decode(ids) },
    sampled: isSampled,
    token_ids: Array.from(ids),
    mask: Array.from(ids, () => Number(isSampled)),
    logprobs: isSampled ? part(trace.logProbs) : null,
    advantages: isSampled ? part(trace.advantages) : null,
  };
}

/** Runs of equal own-turn numbers. */
function spansOf({ sampledMask, ownTurnIndex }: Trace): Span[] {
  const turnAt = (at: number) => (sampledMask[at] ? (ownTurnIndex[at] ?? null) : null);
  const spans: Span[] = [];
  let begin = 0;
  for (let at = 1; at <= sampledMask.length; at++) {
    if (at < sampledMask.length && turnAt(at) === turnAt(begin)) continue;
    spans.push({ begin, end: at, ownTurn: turnAt(begin) });
    begin = at;
  }
  return spans;
}

function ownTurns({ turns }: Episode, seat: SeatIndex): Turn[] {
  return turns.filter((turn) => turn.seat === seat && turn.strategy !== null);
}
