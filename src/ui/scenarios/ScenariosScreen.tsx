import { useLive } from '../database.ts';
import { FailureCard } from '../parts/FailureCard.tsx';
import type { Route } from '../route.ts';
import { BuiltInSource } from './BuiltInSource.tsx';
import { PackEditor } from './PackEditor.tsx';
import { savedPacks } from './packQueries.ts';
import { SourceList } from './SourceList.tsx';
import { sourceFrom } from './sources.ts';
import '../styles/dialogue.css';
import '../styles/train.css';
import '../styles/scenarios.css';

type ScenariosRoute = Extract<Route, { screen: 'scenarios' }>;

/** What there is to play: the lab's own scenarios to look at, and packs of the person's own to write. */
export function ScenariosScreen({ route }: { readonly route: ScenariosRoute }) {
  const packs = useLive(savedPacks, null);
  const source = sourceFrom(route.source);
  const pack = source.kind === 'pack' ? packs.value?.find(({ name }) => name === source.name) : undefined;
  return (
    <div className="scenarios-screen">
      <SourceList source={source} packs={packs.value ?? []} />
      {packs.failure && <FailureCard failure={packs.failure} />}
      {source.kind === 'environment' ? (
        <BuiltInSource key={source.name} name={source.name} scenarioId={route.scenarioId} />
      ) : pack ? (
        <PackEditor key={pack.name} pack={pack} scenarioId={route.scenarioId} />
      ) : (
        <section className="card scenarios-none">
          <div className="empty">
            <h3>{packs.value ? 'This pack is not kept here' : 'Reading…'}</h3>
            {packs.value && <p>It was deleted, or it belongs to another browser.</p>}
          </div>
        </section>
      )}
    </div>
  );
}
