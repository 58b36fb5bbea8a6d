import { err, ok, type Result } from '../../base/result.ts';
import { RunConfig, type RewardKind } from '../../record/runConfig.ts';
import { judgeRewardOf } from '../../reward/turnRewards.ts';
import type { ConfigDraft, DraftErrors } from '../configForm.ts';
import { parseDraft } from '../configForm.ts';
import { NO_SERVER, parseServer, serverDraftOf, type ServerDraft, type ServerErrors } from './serverDraft.ts';

/** Whom a run asks outside: who acts for a seat, and who judges. */
export type ServerRole = 'agent' | 'judge';

/** A scenario pack that was chosen in the place of the built-in scenarios. */
export interface ChosenPack {
  readonly name: string;
  readonly text: string;
}

export interface BlendPart {
  readonly reward: RewardKind;
  readonly weight: string;
}

/** What a run is set up with beside its knobs: nothing of it stands in a link. */
export interface ExtrasDraft {
  readonly servers: Readonly<Record<ServerRole, ServerDraft>>;
  readonly partnerStrategy: string;
  readonly rewardBlend: readonly BlendPart[];
  readonly pack: ChosenPack | null;
}

export const NO_EXTRAS: ExtrasDraft = {
  servers: { agent: NO_SERVER, judge: NO_SERVER },
  partnerStrategy: '',
  rewardBlend: [
    { reward: 'terminal', weight: '1' },
    { reward: 'potential', weight: '0.5' },
  ],
  pack: null,
};

export interface ExtrasErrors {
  readonly servers: Readonly<Record<ServerRole, ServerErrors>>;
  /** By position in the blend. */
  readonly rewardBlend: Readonly<Record<number, string>>;
}

export interface RunErrors {
  readonly knobs: DraftErrors;
  readonly extras: ExtrasErrors;
}

export const NO_ERRORS: ExtrasErrors = { servers: { agent: {}, judge: {} }, rewardBlend: {} };

/** The run that knobs and extras describe together, or what is wrong with which of them. What is not used is left out of it. */
export function parseRun(knobs: ConfigDraft, extras: ExtrasDraft): Result<RunConfig, RunErrors> {
  const parsed = parseDraft(knobs);
  if (!parsed.ok) return err({ knobs: parsed.error, extras: NO_ERRORS });
  const config = parsed.value;
  const agent = asksAgent(config) ? parseServer(extras.servers.agent) : null;
  const blend = extras.rewardBlend.map(({ reward, weight }) => ({ reward, weight: Number(weight) }));
  const whole = { ...config, rewardBlend: config.turnReward === 'blend' ? blend : [] };
  const usesJudge =
    (judgeRewardOf(whole) !== null && config.judge === 'chat') ||
    (config.environment === 'sotopia' && !isEmpty(extras.servers.judge));
  const judge = usesJudge ? parseServer(extras.servers.judge) : null;
  const wrongWeights = Object.fromEntries(
    extras.rewardBlend.flatMap(({ weight }, index) =>
      weight.trim() === '' || !(Math.abs(Number(weight)) <= 100) ? [[index, 'Enter a weight: −100 to 100.']] : [],
    ),
  );
  const errors: ExtrasErrors = {
    servers: { agent: agent?.ok === false ? agent.error : {}, judge: judge?.ok === false ? judge.error : {} },
    rewardBlend: config.turnReward === 'blend' ? wrongWeights : {},
  };
  const isWrong = [errors.servers.agent, errors.servers.judge, errors.rewardBlend].some(
    (group) => Object.keys(group).length > 0,
  );
  if (isWrong) return err({ knobs: {}, extras: errors });
  return ok(
    RunConfig.parse({
      ...whole,
      servers: { agent: agent?.ok ? agent.value : null, judge: judge?.ok ? judge.value : null },
      partnerStrategy: hasPartner(config) && config.partnerStrategist === 'fixed' ? extras.partnerStrategy.trim() : '',
      pack: config.environment === 'sotopia' ? (extras.pack?.text ?? '') : '',
    }),
  );
}

/** Of a saved run, for showing. */
export function extrasOf({ servers, partnerStrategy, rewardBlend, pack }: RunConfig): ExtrasDraft {
  return {
    servers: { agent: serverDraftOf(servers.agent), judge: serverDraftOf(servers.judge) },
    partnerStrategy,
    rewardBlend: rewardBlend.map(({ reward, weight }) => ({ reward, weight: String(weight) })),
    pack: pack === '' ? null : { name: 'of this run', text: pack },
  };
}

type Seats = Pick<RunConfig, 'agent' | 'trainedSeats' | 'partnerAgent'>;

/** Whether an agent of the run is on a chat server. */
export function asksAgent(config: Seats): boolean {
  const partnerAgent = config.partnerAgent === 'same' ? config.agent : config.partnerAgent;
  return config.agent === 'chat' || (hasPartner(config) && partnerAgent === 'chat');
}

/** Whether one side alone is trained, so that somebody else sits on the other. */
export function hasPartner({ trainedSeats }: Pick<RunConfig, 'trainedSeats'>): boolean {
  return trainedSeats === 'alternate';
}

function isEmpty({ baseUrl, model }: ServerDraft): boolean {
  return baseUrl.trim() === '' && model.trim() === '';
}
