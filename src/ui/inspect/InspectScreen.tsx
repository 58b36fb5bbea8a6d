import { useMemo } from 'react';
import type { Episode } from '../../record/episode.ts';
import { useLive } from '../database.ts';
import { Card } from '../parts/Card.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { episodePath, savedEpisode, savedRun, savedRuns } from '../queries.ts';
import { formatRoute, type Route } from '../route.ts';
import { useShortcuts } from '../shortcuts.ts';
import { goTo } from '../useRoute.ts';
import { EpisodeDialogue } from './EpisodeDialogue.tsx';
import { EpisodeList } from './EpisodeList.tsx';
import { TOKEN_VIEWS } from './tokenColor.ts';
import { TurnInspector } from './TurnInspector.tsx';
import '../styles/dialogue.css';
import '../styles/inspect.css';

type InspectRoute = Extract<Route, { screen: 'inspect' }>;

/** From a run to an episode to a turn to its tokens and the parts of its reward. */
export function InspectScreen({ route }: { readonly route: InspectRoute }) {
  const { value: saved, failure: listFailure } = useLive(savedRuns, null);
  const runId = route.runId ?? saved?.runs[0]?.runId ?? null;
  const run = useLive(savedRun, runId).value ?? null;
  const { value: episode, failure } = useLive(savedEpisode, episodePath(runId, route.episodeId));
  const turnIndex = episode ? (route.turnIndex ?? 0) : null;
  const view = TOKEN_VIEWS.find(({ id }) => id === route.tab)?.id ?? 'logProb';
  const place = { screen: 'inspect', runId, episodeId: route.episodeId, turnIndex, tab: route.tab } as const;
  useTurnKeys(place, episode ?? null);

  if (listFailure ?? failure) return <Trouble failure={listFailure ?? failure} />;
  if (saved && saved.runs.length === 0) return <NoRuns />;
  return (
    <div className={episode ? 'inspect-screen has-episode' : 'inspect-screen'}>
      <EpisodeList runs={saved?.runs ?? []} run={run} runId={runId} openEpisodeId={route.episodeId} />
      {episode && runId !== null ? (
        <>
          <EpisodeDialogue runId={runId} episode={episode} turnIndex={turnIndex} tab={route.tab} />
          <TurnInspector
            runId={runId}
            episode={episode}
            turnIndex={turnIndex}
            run={run}
            view={view}
            onView={(tab) => goTo({ ...place, tab }, 'replace')}
          />
        </>
      ) : (
        <Card title="Dialogue" className="inspect-empty">
          <div className="empty">
            <h3>{route.episodeId && episode === null ? 'This episode is not saved here' : 'Choose an episode'}</h3>
            <p>
              {route.episodeId && episode === null
                ? 'It belongs to another browser, or its run was deleted or taken back to an earlier checkpoint.'
                : 'Its dialogue, and what every turn was made of, opens here.'}
            </p>
          </div>
        </Card>
      )}
    </div>
  );
}

/** J and K walk through the turns. */
function useTurnKeys({ runId, turnIndex, tab }: InspectRoute, episode: Episode | null): void {
  const shortcuts = useMemo(() => {
    const walk = (step: number) => () => {
      if (!episode || turnIndex === null) return;
      const next = Math.min(episode.turns.length - 1, Math.max(0, turnIndex + step));
      goTo({ screen: 'inspect', runId, episodeId: episode.episodeId, turnIndex: next, tab }, 'replace');
    };
    return { j: walk(1), k: walk(-1) };
  }, [runId, episode, turnIndex, tab]);
  useShortcuts(shortcuts);
}

function Trouble({ failure }: { readonly failure: Parameters<typeof FailureCard>[0]['failure'] | null }) {
  return <div className="inspect-trouble">{failure && <FailureCard failure={failure} />}</div>;
}

function NoRuns() {
  return (
    <div className="empty">
      <h2>Nothing to inspect yet</h2>
      <p>Every dialogue of a run is saved, with the tokens that were trained on. Train for one update and come back.</p>
      <a className="button primary" href={formatRoute({ screen: 'train', changes: {} })}>
        Go to Train
      </a>
    </div>
  );
}
