import { useMemo } from 'react';
import type { Phase } from '../../record/runEvent.ts';
import { formatDuration } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import type { UpdatePoint } from '../runState.ts';
import { phaseSeconds, secondsPerUpdate } from '../timeLeft.ts';
import { Chart } from './Chart.tsx';
import { updateNumbers } from './curves.ts';
import type { Series } from './plot.ts';

const PHASES: readonly { readonly phase: Phase; readonly label: string }[] = [
  { phase: 'rollout', label: 'play' },
  { phase: 'judge', label: 'judge' },
  { phase: 'score', label: 'score' },
  { phase: 'update', label: 'learn' },
  { phase: 'evaluate', label: 'evaluate' },
  { phase: 'save', label: 'save' },
];

const HEIGHT_PX = 110;

/** Where the seconds of an update go: the last one as a bar, all of them as curves. */
export function TimeCard({ history, updates }: { readonly history: readonly UpdatePoint[]; readonly updates: number }) {
  const x = useMemo(() => updateNumbers(history), [history]);
  const phases = useMemo(() => phasesOf(history), [history]);
  const series = useMemo(() => phaseCurves(history, phases), [history, phases]);
  const perUpdate = secondsPerUpdate(history);
  const last = history.at(-1);
  const seconds = last && phaseSeconds(last.metrics);
  return (
    <Card
      title="Where the time goes"
      note={perUpdate === null ? 'seconds per phase' : `${formatDuration(perUpdate)} per update`}
    >
      <div className="phases">
        <div className="phase-bar" aria-hidden="true">
          {seconds &&
            phases.map(({ phase }) => (
              <i key={phase} style={{ flexGrow: seconds[phase], background: `var(--phase-${phase})` }} />
            ))}
        </div>
        <div className="legend">
          {phases.map(({ phase, label }) => (
            <span key={phase}>
              <i className="legend-box" style={{ background: `var(--phase-${phase})` }} />
              {label} {seconds ? formatDuration(seconds[phase]) : ''}
            </span>
          ))}
        </div>
      </div>
      <Chart
        x={x}
        series={series}
        updates={updates}
        heightPx={HEIGHT_PX}
        summary={`Seconds per phase of an update: ${seconds ? phases.map(({ phase, label }) => `${label} ${formatDuration(seconds[phase])}`).join(', ') : 'none yet'}.`}
      />
    </Card>
  );
}

/** A run that is not evaluated has one phase less. */
function phasesOf(history: readonly UpdatePoint[]): typeof PHASES {
  const isEvaluated = history.some(({ metrics }) => metrics.evaluationSeconds !== undefined);
  const isJudged = history.some(({ metrics }) => metrics.judgeSeconds !== undefined);
  return PHASES.filter(({ phase }) => (phase !== 'evaluate' || isEvaluated) && (phase !== 'judge' || isJudged));
}

function phaseCurves(history: readonly UpdatePoint[], phases: typeof PHASES): Series[] {
  const seconds = history.map(({ metrics }) => phaseSeconds(metrics));
  return phases.map(({ phase, label }) => ({
    label,
    color: `--phase-${phase}`,
    values: seconds.map((each) => each[phase]),
  }));
}
