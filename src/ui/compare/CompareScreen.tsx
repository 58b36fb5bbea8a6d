import { useMemo } from 'react';
import { useLive } from '../database.ts';
import { FailureCard } from '../parts/FailureCard.tsx';
import { savedRuns } from '../queries.ts';
import { formatRoute, type Route } from '../route.ts';
import { firstAndLastDialogues, joinIds, savedRunsOf } from './compareQueries.ts';
import { shareEnvironment, type ComparedRun } from './comparedRun.ts';
import { ConfigDiffCard } from './ConfigDiffCard.tsx';
import { CurvesSection } from './CurvesSection.tsx';
import { FamilyCard } from './FamilyCard.tsx';
import { MeasuresCard } from './MeasuresCard.tsx';
import { RunChooser } from './RunChooser.tsx';
import { stylesOf } from './runStyles.ts';
import { SamePlayCard } from './SamePlayCard.tsx';
import '../styles/dialogue.css';
import '../styles/compare.css';

type CompareRoute = Extract<Route, { screen: 'compare' }>;

/** Two or more runs: what was set, how they went, what they came to, and the same scenario in both. */
export function CompareScreen({ route: { runIds } }: { readonly route: CompareRoute }) {
  const { value: saved, failure } = useLive(savedRuns, null);
  if (failure) return <FailureCard failure={failure} />;
  if (saved && saved.runs.length === 0) return <NoRuns />;
  return (
    <div className="compare-screen">
      {saved && <RunChooser runs={saved.runs} chosenIds={runIds} />}
      {runIds.length > 0 && <Comparison runIds={runIds} />}
      {runIds.length === 0 && saved && (
        <div className="empty card">
          <h2>Choose two runs</h2>
          <p>
            Their curves, settings, results and strategies are laid over each other here. The address of this page then
            leads back to the same comparison.
          </p>
        </div>
      )}
    </div>
  );
}

function Comparison({ runIds }: { readonly runIds: readonly string[] }) {
  const joined = joinIds(runIds);
  const saved = useLive(savedRunsOf, joined);
  const dialogues = useLive(firstAndLastDialogues, joined);
  const runs = useMemo(() => {
    const styles = new Map(stylesOf(runIds).map((style, index) => [runIds[index], style] as const));
    return (saved.value ?? []).flatMap((one): ComparedRun[] => {
      const style = styles.get(one.run.runId);
      return style ? [{ ...one, style }] : [];
    });
  }, [saved.value, runIds]);
  const sampled = useMemo(
    () => runs.flatMap(({ run }) => dialogues.value?.find(({ runId }) => runId === run.runId) ?? []),
    [runs, dialogues.value],
  );
  const measured = useMemo(
    () => runs.map((run, index) => ({ ...run, lastEpisodes: sampled[index]?.last ?? [] })),
    [runs, sampled],
  );
  const failure = saved.failure ?? dialogues.failure;
  if (failure) return <FailureCard failure={failure} />;
  if (!saved.value) return <p className="muted">Reading…</p>;
  const missing = runIds.length - runs.length;
  return (
    <div className="comparison">
      {missing > 0 && (
        <p className="muted" role="status">
          {missing === 1 ? 'One of the runs is' : `${missing} of the runs are`} not saved in this browser.
        </p>
      )}
      {!shareEnvironment(runs) && (
        <p className="caution-note" role="status">
          These runs play different environments: their points mean different things, so no differences are taken.
        </p>
      )}
      {runs.length > 0 && <CurvesSection runs={runs} />}
      {runs.length > 1 && <ConfigDiffCard runs={runs} />}
      {runs.length > 0 && <MeasuresCard runs={measured} />}
      {sampled.length > 0 && <FamilyCard runs={runs} dialogues={sampled} />}
      {runs.length > 1 && <SamePlayCard runs={runs} />}
    </div>
  );
}

function NoRuns() {
  return (
    <div className="empty">
      <h2>Nothing to compare yet</h2>
      <p>Train twice with one setting changed, and see here what it did.</p>
      <a className="button primary" href={formatRoute({ screen: 'train', changes: {} })}>
        Go to Train
      </a>
    </div>
  );
}
