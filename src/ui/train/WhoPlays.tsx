import { useMemo } from 'react';
import { environmentOf } from '../../environment/registry.ts';
import { isEnvironmentName } from '../../record/environmentName.ts';
import { callsAgentModel, defaultRunConfig, type RunConfig } from '../../record/runConfig.ts';
import { judgeRewardOf } from '../../reward/turnRewards.ts';
import { KNOBS, parseDraft, type ConfigDraft, type DraftErrors, type KnobName } from '../configForm.ts';
import { Picker } from '../parts/Picker.tsx';
import { choicesLeftOut } from '../refusal.ts';
import { PlainField } from '../parts/PlainField.tsx';
import { BlendFields } from './BlendFields.tsx';
import { asksAgent, hasPartner, type ExtrasDraft, type ExtrasErrors } from './extrasDraft.ts';
import { hostsOf } from './extrasStore.ts';
import { KnobField } from './KnobField.tsx';
import { PackField } from './PackField.tsx';
import { ServerFields } from './ServerFields.tsx';

interface WhoPlaysProps {
  readonly draft: ConfigDraft;
  readonly errors: DraftErrors;
  readonly changed: ReadonlySet<string>;
  readonly extras: ExtrasDraft;
  readonly extrasErrors: ExtrasErrors;
  /** The whole run, if it can be read. */
  readonly config: RunConfig | null;
  readonly isDisabled: boolean;
  onDraft(draft: ConfigDraft): void;
  onExtras(extras: ExtrasDraft): void;
}

const STRATEGISTS = [
  { id: 'trained', label: 'trained too', note: 'self-play: both sides learn' },
  { id: 'base', label: 'frozen base', note: 'the model as it was before training' },
  { id: 'none', label: 'nobody', note: 'its agent acts without a strategy' },
  { id: 'react', label: 'its own agent', note: 'ReAct: it writes a strategy before it acts' },
  { id: 'fixed', label: 'a fixed strategy', note: 'the same words before each turn' },
] as const;

/** What is played, who sits where, what a turn is rewarded for, and the servers that this takes. */
export function WhoPlays(props: WhoPlaysProps) {
  const { draft, changed, extras, extrasErrors, config, isDisabled, onDraft, onExtras } = props;
  // Of what can be read already: a half-typed number elsewhere must not hide fields here.
  const seats = useMemo(() => readable(draft), [draft]);
  const isAlone = isEnvironmentName(draft.environment) && environmentOf(draft.environment).worldReply !== undefined;
  const partnered = hasPartner(seats) && !isAlone;
  const knob = (name: KnobName) => <OneKnob key={name} name={name} {...props} />;
  const setPartner = (id: (typeof STRATEGISTS)[number]['id']) =>
    onDraft(
      id === 'trained'
        ? { ...draft, trainedSeats: 'both' }
        : { ...draft, trainedSeats: 'alternate', partnerStrategist: id },
    );
  const isJudged = judgeRewardOf({ ...seats, rewardBlend: blendOf(extras) }) !== null;
  const hosts = config ? hostsOf(config.servers) : [];
  return (
    <details className="knob-group who-plays" open data-testid="who-plays">
      <summary>Who plays, for what</summary>
      {knob('environment')}
      {draft.environment === 'sotopia' && (
        <PackField pack={extras.pack} isDisabled={isDisabled} onChange={(pack) => onExtras({ ...extras, pack })} />
      )}
      <h4>Trained side</h4>
      <div className="knob">
        <span>Strategist</span>
        <b>trained</b>
      </div>
      {knob('agent')}
      {seats.agent === 'other-model' && knob('agentModel')}
      {!isAlone && (
        <>
          <h4>Other side</h4>
          <div className={changed.has('trainedSeats') ? 'knob is-choice is-changed' : 'knob is-choice'}>
            <span>Strategist</span>
            <Picker
              label="The other side’s strategist"
              options={STRATEGISTS}
              value={partnered ? seats.partnerStrategist : 'trained'}
              isDisabled={isDisabled}
              onChange={setPartner}
            />
          </div>
          {partnered && knob('partnerAgent')}
          {seats.agent !== 'other-model' && callsAgentModel(seats) && knob('agentModel')}
          {partnered && draft.partnerAgent === 'negotiator' && knob('partnerTemperament')}
          {partnered && draft.partnerStrategist === 'fixed' && (
            <PlainField
              label="Its fixed strategy"
              testId="partner-strategy"
              value={extras.partnerStrategy}
              error={extras.partnerStrategy.trim() === '' ? 'Write a strategy.' : undefined}
              maxLength={200}
              isDisabled={isDisabled}
              onChange={(partnerStrategy) => onExtras({ ...extras, partnerStrategy })}
            />
          )}
        </>
      )}
      <h4>Reward</h4>
      {knob('turnReward')}
      {draft.turnReward === 'blend' && (
        <BlendFields
          parts={extras.rewardBlend}
          errors={extrasErrors.rewardBlend}
          isDisabled={isDisabled}
          onChange={(rewardBlend) => onExtras({ ...extras, rewardBlend })}
        />
      )}
      {asksAgent(seats) && (
        <ServerFields
          role="agent"
          title="Agent’s server"
          note="Any server that speaks the OpenAI chat protocol, in the cloud or on this machine."
          server={extras.servers.agent}
          errors={extrasErrors.servers.agent}
          isDisabled={isDisabled}
        />
      )}
      {isJudged && knob('judge')}
      {((isJudged && draft.judge === 'chat') || draft.environment === 'sotopia') && (
        <ServerFields
          role="judge"
          title="Judge’s server"
          note="Scores turns where the reward is a judge’s, and open dialogues whose goals no rule checks."
          server={extras.servers.judge}
          errors={extrasErrors.servers.judge}
          isDisabled={isDisabled}
        />
      )}
      {hosts.length > 0 && (
        <p className="field-note" data-testid="asked-hosts">
          This run may ask: <b>{hosts.join(', ')}</b>, and nobody else.
        </p>
      )}
    </details>
  );
}

function OneKnob({
  name,
  draft,
  errors,
  changed,
  config,
  isDisabled,
  onDraft,
}: WhoPlaysProps & { readonly name: KnobName }) {
  const whole = KNOBS.find((candidate) => candidate.name === name);
  const leftOut = useMemo(() => (config ? choicesLeftOut(config, name) : NOTHING), [config, name]);
  const chosen = draft[name];
  const knob = useMemo(
    () => whole && { ...whole, choices: offeredOf(whole.choices, leftOut, chosen) },
    [whole, leftOut, chosen],
  );
  return knob ? (
    <>
      <KnobField
        knob={knob}
        text={chosen}
        error={errors[name] ?? null}
        isChanged={changed.has(name)}
        isDisabled={isDisabled}
        onChange={(changedName, text) => onDraft({ ...draft, [changedName]: text })}
      />
      {[...leftOut].map(([choice, { why }]) => (
        <p key={choice} className="field-note">
          Not offered: <b>{choice}</b>. {why}
        </p>
      ))}
    </>
  ) : null;
}

const NOTHING: ReturnType<typeof choicesLeftOut> = new Map();

/** What is chosen stays visible, even where it cannot be: then the form says why. */
function offeredOf(
  choices: readonly string[] | null,
  leftOut: typeof NOTHING,
  chosen: string,
): readonly string[] | null {
  return choices?.filter((choice) => choice === chosen || !leftOut.has(choice)) ?? null;
}

/** The choices of the seats, whatever stands in other fields. */
function readable({ agent, trainedSeats, partnerAgent, partnerStrategist, turnReward }: ConfigDraft): RunConfig {
  const choices = { agent, trainedSeats, partnerAgent, partnerStrategist, turnReward };
  const parsed = parseDraft({ ...draftDefaults(), ...choices });
  return parsed.ok ? parsed.value : defaultRunConfig();
}

function draftDefaults(): ConfigDraft {
  // Every knob has its default text.
  return Object.fromEntries(KNOBS.map(({ name, defaultText }) => [name, defaultText])) as ConfigDraft;
}

function blendOf({ rewardBlend }: ExtrasDraft): RunConfig['rewardBlend'] {
  return rewardBlend.map(({ reward, weight }) => ({ reward, weight: Number(weight) }));
}
