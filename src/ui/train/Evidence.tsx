import { dealOrNoDeal } from '../../environment/negotiation/dealOrNoDeal.ts';
import { MetricCard } from '../charts/MetricCard.tsx';
import { PointsCard } from '../charts/PointsCard.tsx';
import { TimeCard } from '../charts/TimeCard.tsx';
import { parseDraft } from '../configForm.ts';
import { useDraft } from '../draftStore.ts';
import { formatCount } from '../format.ts';
import { useRun } from '../runStore.ts';
import { defaultRunConfig } from '../../record/runConfig.ts';

/** The curves of the run on screen; before one, empty axes of the run that is being set up. */
export function Evidence() {
  const history = useRun((store) => store.run.history);
  const runConfig = useRun((store) => store.run.config);
  const draft = useDraft((store) => store.draft);
  const drafted = parseDraft(draft);
  const { updates, episodesPerUpdate } = runConfig ?? (drafted.ok ? drafted.value : defaultRunConfig());
  const curves = { history, updates };
  return (
    <div className="evidence">
      <PointsCard {...curves} episodesPerUpdate={episodesPerUpdate} yardsticks={dealOrNoDeal.yardsticks()} />
      <div className="evidence-grid">
        <MetricCard {...curves} title="Turn reward" unit="mean" metric="turnRewardMean" />
        <MetricCard {...curves} title="Entropy" unit="nats / token" metric="entropy" />
        <MetricCard {...curves} title="KL to base" unit="nats / token" metric="klToBase" />
        <MetricCard {...curves} title="Gradient norm" unit="before clipping" metric="gradientNorm" />
        <MetricCard {...curves} title="Tokens per second" unit="fed and sampled" metric="tokensPerSecond" format={formatCount} />
        <MetricCard {...curves} title="Strategies that fit" unit="applicable share" metric="applicableShare" />
      </div>
      <TimeCard {...curves} />
    </div>
  );
}
