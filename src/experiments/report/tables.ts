import type { Interval } from '../../base/statistics.ts';
import type { ExperimentOrder } from '../../record/experiment.ts';
import type { Section } from '../../record/experimentReport.ts';
import { SOCIAL_DIMENSION_NAMES, SOCIAL_DIMENSIONS } from '../../record/socialEvaluation.ts';
import { samplesOf } from '../known.ts';
import { bootstrapDifference, bootstrapMean } from '../statistics/bootstrap.ts';
import { jointPoints, margin, summarise, type Condition, type Value } from '../summarise.ts';

type Table = Extract<Section, { kind: 'table' }>;

/** `6.10 [5.91, 6.29]`. */
export function formatInterval({ mean, low, high }: Interval, digits = 2): string {
  return `${mean.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

const orDash = (interval: Interval | null, digits = 2) => (interval ? formatInterval(interval, digits) : '–');
const share = (value: number | null) => (value === null ? '–' : value.toFixed(3));

/** What each condition earned, and how it spoke. */
export function pointsTable(title: string, conditions: readonly Condition[]): Table {
  const rows = conditions.map(({ label, results }) => {
    const sum = summarise(results);
    return [
      label,
      String(sum.episodes),
      orDash(sum.points),
      orDash(sum.partnerPoints),
      orDash(sum.margin ?? null),
      orDash(sum.bothPoints),
      orDash(sum.agreementShare, 3),
      orDash(sum.paretoShare),
      share(sum.readableShare),
      share(sum.applicableShare),
      share(sum.followedShare),
      sum.invalidShare.toFixed(4),
      sum.turnsPerEpisode.toFixed(2),
    ];
  });
  return {
    kind: 'table',
    title,
    columns: [
      'condition',
      'n',
      'points',
      'partner’s points',
      'margin',
      'mean of both',
      'agreement',
      'Pareto of agreed',
      'readable',
      'fitting',
      'followed',
      'invalid',
      'turns',
    ],
    rows,
  };
}

const CHANGES: readonly (readonly [name: string, value: Value, digits: number])[] = [
  ['own points', ({ points }) => points, 2],
  ['partner’s points', ({ partnerPoints }) => partnerPoints, 2],
  ['joint surplus: both seats’ points together', jointPoints, 2],
  ['margin: own points − partner’s', margin, 2],
  ['agreement', ({ endReason }) => (endReason === 'agreement' ? 1 : 0), 3],
];

/** One condition before and one after, dialogue against dialogue: what was won together, and what from the partner. */
export function changeTable(title: string, before: Condition, after: Condition): Table {
  const rows = CHANGES.flatMap(([name, value, digits]) => {
    const [old, recent] = [samplesOf(before.results, value), samplesOf(after.results, value)];
    if (old.length === 0 || recent.length === 0) return [];
    const intervals = [bootstrapMean(old), bootstrapMean(recent), bootstrapDifference(old, recent)];
    return [[name, ...intervals.map((interval) => formatInterval(interval, digits))]];
  });
  return {
    kind: 'table',
    title,
    columns: ['measure', `before: ${before.label}`, `after: ${after.label}`, 'after − before'],
    rows,
  };
}

/** SOTOPIA's dimensions of the measured seat, where an evaluator read the dialogues. */
export function dimensionTable(conditions: readonly Condition[]): Table[] {
  const evaluated = conditions.flatMap(({ label, results }) => {
    const { social } = summarise(results);
    return social ? [{ label, social }] : [];
  });
  if (evaluated.length === 0) return [];
  const names = [...SOCIAL_DIMENSION_NAMES, 'overall'] as const;
  return [
    {
      kind: 'table',
      title: 'By dimension of SOTOPIA',
      columns: ['condition', ...names.map((name) => (name === 'overall' ? 'Overall' : SOCIAL_DIMENSIONS[name].label))],
      rows: evaluated.map(({ label, social }) => [label, ...names.map((name) => orDash(social[name] ?? null))]),
    },
  ];
}

export function pointsDots(title: string, conditions: readonly Condition[]): Section {
  const rows = conditions.flatMap(({ label, results }) => {
    const interval = summarise(results).points;
    return interval ? [{ label, interval }] : [];
  });
  return { kind: 'dots', title, unit: 'points', rows };
}

/** What the figures were made with, so that they can be made again. */
export function configTable({
  servers,
  recipe,
  models,
  environment,
  seeds,
  episodes,
  updates,
  episodesPerUpdate,
  knobs,
}: ExperimentOrder): Table {
  const rows: [string, string][] = [
    ['recipe', recipe],
    ['models', models.join(', ')],
    ['environment', environment],
    ['training seeds', seeds.join(', ')],
    ['episodes per cell', String(episodes)],
    ['updates per training', String(updates)],
    ['episodes per update', String(episodesPerUpdate)],
    ...Object.entries(servers).flatMap(([who, server]): [string, string][] =>
      server ? [[`${who} server`, `${server.model}@${server.baseUrl}`]] : [],
    ),
    ...Object.entries(knobs).map(([name, value]): [string, string] => [name, String(value)]),
  ];
  return { kind: 'table', title: 'Exact order', columns: ['setting', 'value'], rows };
}

export const heading = (text: string): Section => ({ kind: 'heading', text });
export const text = (content: string): Section => ({ kind: 'text', text: content });
