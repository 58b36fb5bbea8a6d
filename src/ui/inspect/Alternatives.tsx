import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import type { Considered } from '../../../workers/protocol.ts';
import type { Episode } from '../../record/episode.ts';
import type { RunRow } from '../../storage/rows.ts';
import { useLive } from '../database.ts';
import { useEngine } from '../engineStore.ts';
import { BASE, sampler } from '../fork/forkOrder.ts';
import { formatShare, formatSigned } from '../format.ts';
import { FailureCard } from '../parts/FailureCard.tsx';
import { checkpointsOf } from '../queries.ts';
import { useRun } from '../runStore.ts';
import { useSession } from '../session.ts';
import { consideration } from './alternativesState.ts';
import { useAlternatives } from './alternativesStore.ts';
import type { TokenFacts, TurnTokens } from './turnTokens.ts';

interface AlternativesProps {
  readonly run: RunRow;
  readonly episode: Episode;
  readonly turnIndex: number;
  readonly tokens: TurnTokens;
  /** The one whose alternatives are shown. */
  readonly token: TokenFacts;
  textOf(tokenId: number): string;
}

/** What else could have stood in a token's place: asked of the weights that sampled it, when somebody wants to know. */
export function Alternatives({ run, episode, turnIndex, tokens, token, textOf }: AlternativesProps) {
  const session = useSession();
  const { alternatives, ask } = useAlternatives();
  const isEngineReady = useEngine((store) => store.engine.kind === 'ready');
  const isTraining = useRun(({ run: { status } }) => ['starting', 'running', 'paused'].includes(status));
  const checkpoints = useLive(checkpointsOf, run.runId).value;
  const playedBy = useMemo(() => sampler(checkpoints ?? [], episode.updateIndex), [checkpoints, episode]);
  const weightsOf = checkpoints?.find(({ checkpointId }) => checkpointId === playedBy)?.updatesDone ?? 0;
  const place = `${run.runId} ${episode.episodeId} ${turnIndex}`;
  const isHere = alternatives.place === place;
  const found = isHere ? alternatives.tokens.find(({ index }) => index === token.position) : undefined;
  const isAsking = isHere && alternatives.phase === 'asking';
  if (found) return <FoundAlternatives found={found} textOf={textOf} note={describeWeights(weightsOf, episode)} />;
  return (
    <div className="alternatives-ask">
      {isHere && alternatives.failure && <FailureCard failure={alternatives.failure} />}
      <Button
        className="button small"
        data-testid="ask-alternatives"
        isDisabled={!isEngineReady || isTraining || isAsking || checkpoints === undefined}
        onPress={() => session.consider(ask(place), consideration(run, episode, tokens, playedBy))}
      >
        {isAsking ? 'Asking…' : 'What else it considered'}
      </Button>
      <span className="fine-print">
        {isTraining
          ? 'Can be asked when the run has ended.'
          : `Asks ${playedBy === BASE ? 'the base' : `the weights after update ${weightsOf}`}.`}
      </span>
    </div>
  );
}

function describeWeights(weightsOf: number, { updateIndex }: Episode): string {
  if (weightsOf === updateIndex) return 'By the weights that sampled it.';
  return `By the weights after update ${weightsOf}; those that sampled it, after update ${updateIndex}, are not kept.`;
}

interface FoundAlternativesProps {
  readonly found: Considered;
  readonly note: string;
  textOf(tokenId: number): string;
}

function FoundAlternatives({ found: { sampled, likeliest }, note, textOf }: FoundAlternativesProps) {
  const isAmong = likeliest.some(({ tokenId }) => tokenId === sampled.tokenId);
  const rows = isAmong ? likeliest : [...likeliest, sampled];
  return (
    <div data-testid="alternatives">
      <table className="table alternatives">
        <caption>In the place of “{textOf(sampled.tokenId)}”</caption>
        <thead>
          <tr>
            <th scope="col">token</th>
            <th scope="col">probability</th>
            <th scope="col" className="number">
              log-prob
            </th>
            <th scope="col" className="number">
              base
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ tokenId, logProb, baseLogProb }) => (
            <tr key={tokenId} className={tokenId === sampled.tokenId ? 'is-sampled' : ''}>
              <th scope="row">
                {textOf(tokenId)}
                {tokenId === sampled.tokenId && <small> drawn</small>}
              </th>
              <td>
                <span className="chance">
                  <i style={{ width: `${Math.exp(logProb) * 100}%` }} aria-hidden="true" />
                  <b>{formatShare(Math.exp(logProb))}</b>
                </span>
              </td>
              <td className="number">{formatSigned(logProb)}</td>
              <td className="number">{formatSigned(baseLogProb)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="fine-print">{note} Log-probs in nats, at sampling temperature.</p>
    </div>
  );
}
