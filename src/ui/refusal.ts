import type { Explanation } from '../base/errors.ts';
import { ChatEndpoint } from '../record/chatEndpoint.ts';
import type { KnobName, RunConfig } from '../record/runConfig.ts';
import { refusalOf as refusalWith, refusedChoices } from '../training/gather/offered.ts';
import type { ConfigDraft } from './configForm.ts';
import { hasPromptApi } from './promptApi.ts';
import { NO_EXTRAS, parseRun, type ExtrasDraft } from './train/extrasDraft.ts';

/** Why a run with these settings could not be trained as it is meant; null when it can. The worker asks the same again. */
export function refusalOf(config: RunConfig): Explanation | null {
  return refusalWith(config, present());
}

const present = () => ({ canRunRules: true, hasBrowserModel: hasPromptApi() });

/** A server that a person may still name: who needs one is offered, and the fields for it appear then. */
const SOME_SERVER = ChatEndpoint.parse({ baseUrl: 'https://localhost/v1', model: 'any' });

const SOME_PART = { reward: 'terminal', weight: 1 } as const;

/** Choices of a knob that the form leaves out, and why: nothing else that it has fields for would make them work. */
export function choicesLeftOut(config: RunConfig, knob: KnobName): ReadonlyMap<string, Explanation> {
  const servers = { agent: SOME_SERVER, judge: SOME_SERVER };
  // The parts of a blend have their fields too, once a blend is chosen.
  const rewardBlend = config.rewardBlend.length > 0 ? config.rewardBlend : [SOME_PART];
  return refusedChoices({ ...config, servers, rewardBlend, pack: '', partnerStrategy: 'any' }, knob, present());
}

/** The run that the form describes, if it can be started; otherwise the form says what is wrong. */
export function startableRun(draft: ConfigDraft, extras: ExtrasDraft = NO_EXTRAS): RunConfig | null {
  const parsed = parseRun(draft, extras);
  return parsed.ok && refusalOf(parsed.value) === null ? parsed.value : null;
}
