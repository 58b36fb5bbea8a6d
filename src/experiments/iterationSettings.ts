import { environmentOf } from '../environment/registry.ts';
import type { ExperimentOrder } from '../record/experiment.ts';
import { scriptedNames } from './players.ts';
import type { OwnSetting } from './recipe.ts';

/** What a round learns from. */
const METHODS = ['on-policy', 'offline'] as const;
export type Method = (typeof METHODS)[number];

/** Whose weights a round begins with; `base`: every round learns anew, from the newest strategist's dialogues if it is offline. */
const STARTS = ['newest', 'champion', 'base'] as const;
export type Start = (typeof STARTS)[number];

/** In `partners`: the model on the agent's chat server, which is how models of other makers come in. */
export const CHAT = 'chat';

/** Passes over dialogues, where nothing is said: as many as the released code of EPO makes, which learns offline. */
const EPOCHS = { 'on-policy': 1, offline: 3 } as const satisfies Record<Method, number>;

export const ITERATION_SETTINGS = {
  iterations: { fallback: 6, label: 'Rounds', help: 'at most' },
  patience: { fallback: 2, label: 'Patience', help: 'rounds in a row without progress that end it' },
  minimumGain: { fallback: 0.1, label: 'Progress', help: 'points that count as such' },
  promotionMargin: {
    fallback: 0,
    label: 'Promotion',
    help: 'points by which the interval of the gain must be above 0',
  },
  poolSize: { fallback: 3, label: 'Past champions', help: 'that stay in the pool' },
  start: { fallback: 'newest', label: 'Begins with', help: 'weights of a round', choices: STARTS },
  learn: {
    fallback: 'on-policy',
    label: 'Learns from',
    help: 'its own dialogues as it goes, or offline: those that the newest strategist played before',
    choices: METHODS,
  },
  epochs: {
    fallback: 0,
    label: 'Epochs',
    help: `passes over the dialogues; 0: ${EPOCHS['on-policy']} on-policy, ${EPOCHS.offline} offline as in the released code`,
  },
  selfPlayShare: {
    fallback: 1,
    label: 'Share of self-play',
    help: 'of the training scenarios; in the others somebody of the pool sits opposite',
    refusal: refusedShare,
  },
  partners: {
    fallback: 'greedy fair rule-player',
    label: 'Rules in the pool',
    help: `with spaces between; ${CHAT}: the model on the agent’s server`,
    refusal: refusedPartners,
  },
} as const satisfies Record<string, OwnSetting>;
type SettingName = keyof typeof ITERATION_SETTINGS;

export function numberSetting({ knobs }: ExperimentOrder, name: SettingName): number {
  const [value, { fallback }] = [knobs[name], ITERATION_SETTINGS[name]];
  return typeof value === 'number' ? value : typeof fallback === 'number' ? fallback : 0;
}

export const startOf = ({ knobs }: ExperimentOrder): Start =>
  STARTS.find((name) => name === knobs['start']) ?? 'newest';
export const methodOf = ({ knobs }: ExperimentOrder): Method =>
  METHODS.find((name) => name === knobs['learn']) ?? 'on-policy';
export const epochsOf = (order: ExperimentOrder): number => numberSetting(order, 'epochs') || EPOCHS[methodOf(order)];

/** Who is in the pool besides champions and the base. Of the usual ones those that the environment has. */
export function partnerNames({ knobs, environment }: Pick<ExperimentOrder, 'knobs' | 'environment'>): string[] {
  const said = knobs['partners'];
  const names = namesIn(said ?? ITERATION_SETTINGS.partners.fallback);
  return said === undefined ? names.filter((name) => scriptedNames(environment).includes(name)) : names;
}

const namesIn = (value: string | number): string[] => [...new Set(String(value).split(/[\s,]+/))].filter(Boolean);

function refusedShare(value: string | number, { environment }: Pick<ExperimentOrder, 'environment'>): string | null {
  if (!(typeof value === 'number' && value >= 0 && value <= 1)) return 'is a number from 0 to 1';
  const isAlone = environmentOf(environment).worldReply !== undefined;
  return value < 1 && isAlone ? `is 1 in ${environment}: nobody sits opposite there` : null;
}

function refusedPartners(value: string | number, { environment }: Pick<ExperimentOrder, 'environment'>): string | null {
  const known = [...scriptedNames(environment), CHAT];
  const unknown = namesIn(value).filter((name) => !known.includes(name));
  return unknown.length === 0 ? null : `knows ${known.join(', ')} in ${environment}; not ${unknown.join(', ')}`;
}
