import type { Episode } from '../../record/episode.ts';
import { otherSeat, type SeatIndex } from '../../record/scenario.ts';
import { mean } from './mean.ts';
import { exchangesOf } from './seatDialogue.ts';

/** What the records do not say. */
export interface InspectRun {
  readonly runId: string;
  readonly modelName: string;
  readonly createdAtMs: number;
}

/**
 * An evaluation log of Inspect (inspect_ai, `EvalLog` version 2, JSON), which Inspect View opens and Docent takes by drag and
 * drop. One sample per episode and advised seat: messages are the public dialogue with the seat's strategies in front of
 * its lines; scores are the seat's points, whether they agreed, and each reward in the turn's metadata.
 */
export function inspectLog(episodes: readonly Episode[], { runId, modelName, createdAtMs }: InspectRun): string {
  const created = new Date(createdAtMs).toISOString();
  const samples = episodes.flatMap((episode) =>
    ([0, 1] as const)
      .filter((seat) => exchangesOf(episode, seat).length > 0)
      .map((seat) => sampleOf(episode, seat, modelName)),
  );
  const environment = episodes[0]?.scenario.environment ?? 'none';
  const scored = (name: 'points' | 'agreement') => {
    const values = samples.map(({ scores }) => scores[name].value);
    const metrics = { mean: { name: 'mean', value: mean(values), params: {} } };
    return { name, scorer: name, params: {}, metrics };
  };
  const log = {
    version: 2,
    status: 'success',
    eval: {
      eval_id: runId,
      run_id: runId,
      task_id: runId,
      created,
      task: environment,
      dataset: { name: environment, samples: samples.length },
      model: `parley/${modelName}`,
      config: {},
    },
    plan: { name: 'plan', steps: [], config: {} },
    results: {
      total_samples: samples.length,
      completed_samples: samples.length,
      scores: [scored('points'), scored('agreement')],
    },
    stats: { started_at: created, completed_at: created, model_usage: {} },
    samples,
  };
  return `${JSON.stringify(log)}\n`;
}

function sampleOf(episode: Episode, seat: SeatIndex, modelName: string) {
  const { turns, points, endReason, scenario, isParetoOptimal } = episode;
  const messages = turns.map((turn) => ({
    role: turn.seat === seat ? 'assistant' : 'user',
    content: turn.seat === seat && turn.strategy !== null ? `[${turn.strategy}]\n${turn.utterance}` : turn.utterance,
    metadata: { board: turn.board, reward: turn.reward, return_to_go: turn.returnToGo, advantage: turn.advantage },
  }));
  const last = turns.findLast((turn) => turn.seat === seat);
  const model = `parley/${modelName}`;
  return {
    id: `${episode.episodeId}/${seat}`,
    epoch: 1,
    input: turns[0]?.board ?? '',
    target: '',
    messages,
    output: {
      model,
      choices: last ? [{ message: { role: 'assistant', content: last.utterance, model }, stop_reason: 'stop' }] : [],
    },
    scores: {
      points: { value: points[seat], explanation: `The partner got ${points[otherSeat(seat)]}.` },
      agreement: { value: Number(endReason === 'agreement'), explanation: endReason },
    },
    metadata: { scenario: scenario.id, update: episode.updateIndex, pareto_optimal: isParetoOptimal, seat },
  };
}
