import { useMemo, useState } from 'react';
import { useLive } from '../database.ts';
import { FailureCard } from '../parts/FailureCard.tsx';
import { Segments } from '../parts/Segments.tsx';
import { savedRuns } from '../queries.ts';
import { formatRoute, type Contender, type Route } from '../route.ts';
import { joinIds, savedRunsOf } from './compareQueries.ts';
import { comparedOf, shareEnvironment, type Compared } from './contender.ts';
import { ConfigDiffCard } from './ConfigDiffCard.tsx';
import { ContenderChooser } from './ContenderChooser.tsx';
import { CurvesSection } from './CurvesSection.tsx';
import { PlayedSection } from './PlayedSection.tsx';
import { RecordedSection } from './RecordedSection.tsx';
import '../styles/dialogue.css';
import '../styles/compare.css';

type CompareRoute = Extract<Route, { screen: 'compare' }>;

/** Two or more runs or checkpoints: what was set, how they went, what they come to, and the same scenario in both. */
export function CompareScreen({ route: { contenders } }: { readonly route: CompareRoute }) {
  const { value: saved, failure } = useLive(savedRuns, null);
  if (failure) return <FailureCard failure={failure} />;
  if (saved && saved.runs.length === 0) return <NoRuns />;
  return (
    <div className="compare-screen">
      {saved && <ContenderChooser runs={saved.runs} chosen={contenders} />}
      {contenders.length > 0 && <Comparison contenders={contenders} />}
      {contenders.length === 0 && saved && (
        <div className="empty card">
          <h2>Choose two</h2>
          <p>
            Two runs, or two checkpoints, of one run or of several: their curves, settings, results and strategies are
            laid over each other here. The address of this page then leads back to the same comparison.
          </p>
        </div>
      )}
    </div>
  );
}

function Comparison({ contenders }: { readonly contenders: readonly Contender[] }) {
  const { value: saved, failure } = useLive(savedRunsOf, joinIds([...new Set(contenders.map(({ runId }) => runId))]));
  const compared = useMemo(() => comparedOf(contenders, saved ?? []), [contenders, saved]);
  if (failure) return <FailureCard failure={failure} />;
  if (!saved) return <p className="muted">Reading…</p>;
  const missing = contenders.length - compared.length;
  return (
    <div className="comparison">
      {missing > 0 && (
        <p className="muted" role="status">
          {missing === 1 ? 'One of them is' : `${missing} of them are`} not saved in this browser. Runs keep their
          newest and best checkpoints, and those with a star.
        </p>
      )}
      {!shareEnvironment(compared) && (
        <p className="caution-note" role="status">
          These play different environments: their points mean different things, so no differences are taken.
        </p>
      )}
      {compared.length > 0 && <CurvesSection compared={compared} />}
      {compared.length > 1 && <ConfigDiffCard compared={compared} />}
      {compared.length > 0 && <Dialogues compared={compared} />}
    </div>
  );
}

const SOURCES = [
  { id: 'recorded', label: 'Recorded in training' },
  { id: 'played', label: 'Played now' },
] as const;
type Source = (typeof SOURCES)[number]['id'];

/** Runs have their record; what tells two checkpoints apart is what they do now. */
function Dialogues({ compared }: { readonly compared: readonly Compared[] }) {
  const [chosen, choose] = useState<Source | null>(null);
  const source = chosen ?? (compared.some(({ moment }) => moment !== null) ? 'played' : 'recorded');
  return (
    <section className="comparison" aria-label="Results">
      <Segments
        label="Results from dialogues"
        options={SOURCES}
        selected={[source]}
        mode="one"
        onChange={([next = 'recorded']) => choose(next)}
      />
      {source === 'played' ? <PlayedSection compared={compared} /> : <RecordedSection compared={compared} />}
    </section>
  );
}

function NoRuns() {
  return (
    <div className="empty">
      <h2>Nothing to compare yet</h2>
      <p>Train once and compare two of its checkpoints, or twice with one setting changed, and see here what it did.</p>
      <a className="button primary" href={formatRoute({ screen: 'train', changes: {} })}>
        Go to Train
      </a>
    </div>
  );
}
