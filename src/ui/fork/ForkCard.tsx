import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Episode, Turn } from '../../record/episode.ts';
import type { Trace } from '../../record/trace.ts';
import type { RunRow } from '../../storage/rows.ts';
import { useLive } from '../database.ts';
import { useEngine } from '../engineStore.ts';
import { formatCount } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { ProgressTrack } from '../parts/ProgressTrack.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { checkpointsOf } from '../queries.ts';
import { useSession } from '../session.ts';
import { ForkForm } from './ForkForm.tsx';
import { forkOrder, sampler, strategiesOf, type ForkDraft } from './forkOrder.ts';
import { ForkResult } from './ForkResult.tsx';
import { isAt, type ForkState } from './forkState.ts';
import { useFork } from './forkStore.ts';
import '../styles/fork.css';

interface ForkCardProps {
  readonly run: RunRow;
  readonly episode: Episode;
  readonly turn: Turn;
  readonly traces: readonly Trace[];
}

const FIRST_DRAFT: ForkDraft = { strategies: '', drawCount: 8, replays: 16, playedBy: '' };

/** What else could have been said here, and what it would have come to. Nothing of it is saved. */
export function ForkCard({ run, episode, turn, traces }: ForkCardProps) {
  const session = useSession();
  const fork = useFork((store) => store.fork);
  const isEngineReady = useEngine((store) => store.engine.kind === 'ready');
  const { value: checkpoints, failure: listFailure } = useLive(checkpointsOf, run.runId);
  const [draft, setDraft] = useState(FIRST_DRAFT);
  const usual = useMemo(() => sampler(checkpoints ?? [], episode.updateIndex), [checkpoints, episode]);
  const chosen = { ...draft, playedBy: draft.playedBy || usual };
  const place = { runId: run.runId, episodeId: episode.episodeId, turnIndex: turn.turnIndex };
  const isHere = isAt(fork, place);
  const isRunning = fork.phase === 'running';
  const play = () => session.startFork(place, forkOrder(chosen, run, episode, traces, turn.turnIndex));
  return (
    <Card title="Fork here" className="fork-card" note="other strategies, the rest played again">
      <div className="card-body fork-body">
        {listFailure && <FailureCard failure={listFailure} />}
        <ForkForm draft={chosen} checkpoints={checkpoints ?? []} isDisabled={isRunning} onChange={setDraft} />
        <div className="fork-tools">
          {isRunning ? (
            <Button className="button" data-testid="fork-cancel" onPress={() => session.cancelFork()}>
              Cancel
            </Button>
          ) : (
            <Button
              className="button primary"
              data-testid="fork-start"
              isDisabled={!isEngineReady || checkpoints === undefined}
              onPress={play}
            >
              {isHere && fork.replays.length > 0 ? 'Play again' : 'Play'}
            </Button>
          )}
          <ForkStatus fork={fork} isHere={isHere} wanted={strategiesOf(chosen).length} draft={chosen} />
        </div>
        {isHere && fork.failure && <FailureCard failure={fork.failure} />}
        {isHere && fork.arms.length > 0 && <ForkResult fork={fork} episode={episode} turn={turn} />}
      </div>
    </Card>
  );
}

interface ForkStatusProps {
  readonly fork: ForkState;
  readonly isHere: boolean;
  /** Strategies of the person's own. */
  readonly wanted: number;
  readonly draft: ForkDraft;
}

function ForkStatus({ fork, isHere, wanted, draft }: ForkStatusProps) {
  if (fork.phase === 'running') {
    const done = fork.replays.length;
    const share = fork.total > 0 ? done / fork.total : 0;
    const text = fork.total > 0 ? `${done} of ${fork.total} dialogues` : 'asking for strategies…';
    return (
      <div className="fork-progress">
        <span>{isHere ? text : `playing at another turn: ${text}`}</span>
        <ProgressTrack label="Replays" percent={share * 100} text={text} />
      </div>
    );
  }
  if (isHere && fork.phase === 'cancelled') return <p className="fine-print">Cancelled. What was played stands.</p>;
  const [fewest, most] = [1 + wanted, 1 + wanted + draft.drawCount].map((arms) => formatCount(arms * draft.replays));
  return <p className="fine-print">{fewest === most ? fewest : `${fewest}–${most}`} dialogues; nothing is saved</p>;
}
