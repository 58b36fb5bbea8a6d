import type { Phase } from '../../record/runEvent.ts';
import { formatDuration } from '../format.ts';
import type { RunState } from '../runState.ts';
import { useRun } from '../runStore.ts';
import { secondsLeft, shareOfRun, shareOfUpdate } from '../timeLeft.ts';

const PHASE_WORDS: Record<Phase, string> = {
  rollout: 'playing dialogues',
  judge: 'judging turns',
  score: 'scoring turns',
  update: 'learning',
  evaluate: 'playing held-out scenarios',
  save: 'saving',
};

/** How far the run is: updates done, what is going on, and the time left at the present pace. */
export function RunProgress() {
  const run = useRun((store) => store.run);
  if (!run.config) return null;
  const percent = Math.round(shareOfRun(run) * 100);
  return (
    <div className="progress">
      <div className="progress-text">
        <span data-testid="update-counter">
          update {run.updatesDone} / {run.config.updates}
        </span>
        <span data-testid="time-left">{describePace(run)}</span>
      </div>
      <div
        className="progress-track"
        role="progressbar"
        aria-label="Run"
        aria-valuenow={percent}
        aria-valuetext={`update ${run.updatesDone} of ${run.config.updates}, ${describePace(run)}`}
      >
        <b style={{ width: `${shareOfRun(run) * 100}%` }} />
        <i style={{ width: `${shareOfUpdate(run) * 100}%` }} />
      </div>
    </div>
  );
}

function describePace(run: RunState): string {
  if (run.status === 'paused' || run.status === 'finished' || run.status === 'stopped' || run.status === 'failed')
    return run.status;
  if (run.preparedShare !== null) return `compiling kernels, ${Math.round(run.preparedShare * 100)} %`;
  const left = secondsLeft(run);
  if (left !== null) return `${formatDuration(left)} left`;
  return run.progress ? PHASE_WORDS[run.progress.phase] : 'starting';
}
