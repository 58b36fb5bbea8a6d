import { Button, Input, Label, NumberField } from 'react-aria-components';
import { useEngine } from '../engineStore.ts';
import { formatAmount, formatShare } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { ProgressTrack } from '../parts/ProgressTrack.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { useSession } from '../session.ts';
import type { Compared } from './contender.ts';
import { MOST_EPISODES, playersOf, type TrialPlan } from './trialOrder.ts';
import type { TrialState } from './trialState.ts';
import { useTrial } from './trialStore.ts';

interface TrialCardProps {
  readonly compared: readonly Compared[];
  readonly plan: TrialPlan;
  onCount(episodeCount: number): void;
}

/** Lets every contender play the same held-out scenarios now, with the same random numbers. */
export function TrialCard({ compared, plan, onCount }: TrialCardProps) {
  const session = useSession();
  const { trial, start } = useTrial();
  const isEngineReady = useEngine((store) => store.engine.kind === 'ready');
  const isRunning = trial.phase === 'running';
  const missing = playersOf(plan).filter(({ key }) => !trial.played.has(key));
  const hasWhole = compared.some(({ moment }) => moment === null);
  const isMine = trial.keys.some((key) => playersOf(plan).some((one) => one.key === key));
  const { setting, episodeCount } = plan;
  const play = () => {
    const trialId = start(missing.map(({ key }) => key));
    session.startTrial(trialId, { setting, episodeCount, players: missing.map(({ player }) => player) });
  };
  return (
    <Card title="Let them play now" note="the same held-out scenarios, the same random numbers">
      <div className="card-body trial-body">
        <p className="fine-print">
          Each plays what an evaluation of <b>{compared[0]?.run.name}</b> plays: its scenarios, seats, partner, limits
          and temperature, scenario by scenario and draw by draw. So what differs comes from the weights.{' '}
          {hasWhole && 'A run plays with its newest checkpoint. '}
          What each model was before training plays the same, for “before”. Nothing is saved.
        </p>
        <div className="trial-tools">
          <EpisodeCount value={episodeCount} isDisabled={isRunning} onChange={onCount} />
          {isRunning ? (
            <Button className="button" data-testid="trial-cancel" onPress={() => session.cancelTrial()}>
              Cancel
            </Button>
          ) : (
            <Button
              className="button primary"
              data-testid="trial-start"
              isDisabled={!isEngineReady || missing.length === 0}
              onPress={play}
            >
              Play
            </Button>
          )}
          <TrialStatus trial={trial} missing={missing.length} episodeCount={episodeCount} />
        </div>
        {isMine && trial.failure && <FailureCard failure={trial.failure} />}
      </div>
    </Card>
  );
}

interface EpisodeCountProps {
  readonly value: number;
  readonly isDisabled: boolean;
  onChange(value: number): void;
}

function EpisodeCount({ value, isDisabled, onChange }: EpisodeCountProps) {
  return (
    <NumberField
      className="trial-count"
      value={value}
      minValue={2}
      maxValue={MOST_EPISODES}
      isDisabled={isDisabled}
      onChange={(next) => onChange(Number.isNaN(next) ? value : next)}
    >
      <Label>Dialogues each</Label>
      <Input className="input" />
    </NumberField>
  );
}

interface TrialStatusProps {
  readonly trial: TrialState;
  /** Players that have not played this. */
  readonly missing: number;
  readonly episodeCount: number;
}

function TrialStatus({ trial: { phase, share }, missing, episodeCount }: TrialStatusProps) {
  if (phase === 'running') {
    const text = `${formatShare(share)} played`;
    return (
      <div className="trial-progress">
        <span>{text}</span>
        <ProgressTrack label="Dialogues" percent={share * 100} text={text} />
      </div>
    );
  }
  if (missing === 0) return <p className="fine-print">All have played; the numbers are below.</p>;
  return (
    <p className="fine-print">
      {phase === 'cancelled' && 'Cancelled; who had played to the end stands. '}
      {formatAmount(missing * episodeCount, 'dialogue')} to play.
    </p>
  );
}
