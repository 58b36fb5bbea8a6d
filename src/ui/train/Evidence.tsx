import { useMemo } from 'react';
import { environmentOf, type AnyEnvironment } from '../../environment/registry.ts';
import { runEnvironment } from '../../environment/runEnvironment.ts';
import type { EnvironmentName } from '../../record/environmentName.ts';
import { CurveControls } from '../charts/CurveControls.tsx';
import { measureNames } from '../charts/curves.ts';
import { describeMarks } from '../charts/marks.ts';
import { MetricCard } from '../charts/MetricCard.tsx';
import { MoreCurves } from '../charts/MoreCurves.tsx';
import { PointsCard } from '../charts/PointsCard.tsx';
import type { Mark } from '../charts/plot.ts';
import { TimeCard } from '../charts/TimeCard.tsx';
import { ValidationCard } from '../charts/ValidationCard.tsx';
import { parseDraft } from '../configForm.ts';
import { useDraft } from '../draftStore.ts';
import { formatCount, formatShare } from '../format.ts';
import type { UpdatePoint } from '../runState.ts';
import { useRun } from '../runStore.ts';
import { defaultRunConfig } from '../../record/runConfig.ts';
import { useExtras } from './extrasStore.ts';
import { useMarks } from './useMarks.ts';

/** The curves of the run on screen; before one, empty axes of the run that is being set up. */
export function Evidence() {
  const history = useRun((store) => store.run.history);
  const isReadingPast = useRun((store) => store.isReadingPast);
  const evaluations = useRun((store) => store.run.evaluations);
  const runConfig = useRun((store) => store.run.config);
  const draft = useDraft((store) => store.draft);
  const chosenPack = useExtras((store) => store.extras.pack);
  const drafted = parseDraft(draft);
  const { updates, environment: name } = runConfig ?? (drafted.ok ? drafted.value : defaultRunConfig());
  const pack = name === 'sotopia' ? (runConfig?.pack ?? chosenPack?.text ?? '') : '';
  const environment = useMemo(() => playedOrBuiltIn(name, pack), [name, pack]);
  const marks = useMarks();
  const curves = { history, updates, marks };
  return (
    <div className="evidence" role="region" aria-label="Curves" tabIndex={0}>
      <div className="evidence-head">
        <CurveControls updates={updates} />
        {isReadingPast && <p data-testid="reading-past">Reading earlier updates: {history.length} so far …</p>}
        {marks.length > 0 && <MarkLegend marks={marks} />}
      </div>
      <PointsCard {...curves} isPartial={isReadingPast} environment={environment} />
      {evaluations.length > 0 && <ValidationCard evaluations={evaluations} updates={updates} />}
      <div className="evidence-grid">
        {measureNames(history).map((measure) => (
          <MeasureCard key={measure} {...curves} measure={measure} />
        ))}
        <MetricCard {...curves} title="Turn reward" unit="" metric="turnRewardMean" />
        <MetricCard {...curves} title="Entropy" unit="nats" metric="entropy" />
        <MetricCard {...curves} title="KL to base" unit="nats" metric="klToBase" />
        <MetricCard {...curves} title="Gradient norm" unit="" metric="gradientNorm" />
        <MetricCard {...curves} title="Tokens / s" unit="" metric="tokensPerSecond" format={formatCount} />
        <MetricCard {...curves} title="Strategy fit" unit="" metric="applicableShare" format={formatShare} />
      </div>
      <MoreCurves {...curves} />
      <TimeCard history={history} updates={updates} />
    </div>
  );
}

/** A pack that cannot be read is refused elsewhere; the curves' axes need some environment. */
function playedOrBuiltIn(name: EnvironmentName, pack: string): AnyEnvironment {
  try {
    return runEnvironment({ environment: name, pack });
  } catch {
    return environmentOf(name);
  }
}

/** What the signs on the charts mean, and how many there are. */
function MarkLegend({ marks }: { readonly marks: readonly Mark[] }) {
  return (
    <div className="legend mark-legend">
      {describeMarks(marks).map(({ kind, text }) => (
        <span key={kind}>
          <i className={`mark ${kind}`} />
          {text}
        </span>
      ))}
    </div>
  );
}

interface MeasureCardProps {
  readonly measure: string;
  readonly history: readonly UpdatePoint[];
  readonly updates: number;
  readonly marks: readonly Mark[];
}

/** What the environment can say exactly of the policy: `exploitability`, for example. */
function MeasureCard({ measure, ...curves }: MeasureCardProps) {
  const metric = useMemo(() => ({ measure }), [measure]);
  return <MetricCard {...curves} title={measure} unit="exact" metric={metric} />;
}
