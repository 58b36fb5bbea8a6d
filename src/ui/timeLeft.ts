import type { UpdateMetrics } from '../record/metrics.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { Phase } from '../record/runEvent.ts';
import type { RunState, UpdatePoint } from './runState.ts';

/** Updates that the estimate averages: enough to be calm, few enough to follow a change of speed. */
const UPDATES_AVERAGED = 8;

/** An evaluation comes between two updates: it counts to the one after it. */
const PHASES: readonly Phase[] = ['evaluate', 'rollout', 'judge', 'score', 'update', 'save'];

/** Before the first update is measured: dialogues take most of the time, learning the rest. */
const ASSUMED_SECONDS: Record<Phase, number> = {
  evaluate: 0,
  rollout: 0.6,
  judge: 0,
  score: 0.02,
  update: 0.36,
  save: 0.02,
};

export function phaseSeconds(metrics: UpdateMetrics): Record<Phase, number> {
  const { rolloutSeconds, scoreSeconds, updateSeconds, saveSeconds, evaluationSeconds = 0, judgeSeconds = 0 } = metrics;
  return {
    evaluate: evaluationSeconds,
    rollout: rolloutSeconds,
    judge: judgeSeconds,
    score: scoreSeconds,
    update: updateSeconds,
    save: saveSeconds,
  };
}

/** Mean seconds of the latest updates; null before the first. */
export function secondsPerUpdate(history: readonly UpdatePoint[]): number | null {
  const recent = history.slice(-UPDATES_AVERAGED).map(({ metrics }) => totalSeconds(phaseSeconds(metrics)));
  if (recent.length === 0) return null;
  return recent.reduce((sum, seconds) => sum + seconds, 0) / recent.length;
}

/**
 * Seconds that a run with `config` takes at the pace of the updates of another run, for its number of dialogues; null where
 * that one had another model or environment, or no update.
 */
export function forecastSeconds(
  { history, config: past }: { readonly history: readonly UpdatePoint[]; readonly config: RunConfig | null },
  config: RunConfig,
): number | null {
  const perUpdate = secondsPerUpdate(history);
  if (perUpdate === null || past?.model !== config.model || past.environment !== config.environment) return null;
  return config.updates * perUpdate * (config.episodesPerUpdate / past.episodesPerUpdate);
}

/** How much of the update that is under way is done, 0–1, by the time that its phases took last time. */
export function shareOfUpdate({ progress, updatesDone, history }: RunState): number {
  if (!progress || progress.updateIndex < updatesDone) return 0;
  const latest = history.at(-1);
  const seconds = latest ? phaseSeconds(latest.metrics) : ASSUMED_SECONDS;
  const before = PHASES.slice(0, PHASES.indexOf(progress.phase)).reduce((sum, phase) => sum + seconds[phase], 0);
  const total = totalSeconds(seconds);
  return total > 0 ? (before + progress.share * seconds[progress.phase]) / total : 0;
}

/** How much of the run is done, 0–1. */
export function shareOfRun(state: RunState): number {
  if (!state.config) return 0;
  return Math.min(1, (state.updatesDone + shareOfUpdate(state)) / state.config.updates);
}

/** Seconds until the run is done at the present pace; null while nothing is known. */
export function secondsLeft(state: RunState): number | null {
  const perUpdate = secondsPerUpdate(state.history);
  if (perUpdate === null || !state.config) return null;
  const updatesLeft = state.config.updates - state.updatesDone - shareOfUpdate(state);
  return Math.max(0, updatesLeft * perUpdate);
}

function totalSeconds(seconds: Record<Phase, number>): number {
  return PHASES.reduce((sum, phase) => sum + seconds[phase], 0);
}
