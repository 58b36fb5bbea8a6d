import type { ExperimentOrder, Player, Training } from '../record/experiment.ts';
import type { Known } from './known.ts';
import { samplesOf } from './known.ts';
import type { Work } from './parts.ts';
import { bootstrapDifference } from './statistics/bootstrap.ts';
import { isPlateau } from './statistics/plateau.ts';
import { base, cellOf, settingOf, trained, trainingFor, type Pool } from './recipes/conditions.ts';
import { scriptedNames } from './players.ts';

/** Somebody whom candidates are measured against. */
export interface Member {
  readonly name: string;
  readonly player: Player;
}

/** One round of self-play: learned, measured, promoted or not. */
export interface Iteration {
  readonly index: number;
  readonly training: Training;
  readonly candidate: Member;
  /** Who was the best before. */
  readonly champion: Member;
  /** Whom both are measured against; the champion is one of them. */
  readonly pool: readonly Member[];
  /** Mean points of the candidate over the pool; null until all of it is played. */
  readonly mean: number | null;
  /** Candidate minus champion over the pool, paired; null until all of it is played. */
  readonly gain: { readonly mean: number; readonly low: number; readonly high: number } | null;
  readonly isPromoted: boolean;
}

/** Where an iteration's learning begins: with the newest strategist, or with the best. */
type Start = 'newest' | 'champion';

export interface IterationRules {
  readonly learn: LearnStep;
  readonly most: number;
  readonly patience: number;
  readonly minimumGain: number;
  /** A candidate is promoted when the whole interval of its gain is above this. */
  readonly promotionMargin: number;
  /** Past champions that stay in the pool, newest first. */
  readonly poolSize: number;
  readonly seed: number;
}

/**
 * What an iteration learns by: the training that makes the next strategist of the one it begins with. A seam: whatever learns
 * from the newest strategist's dialogues can stand here.
 */
export type LearnStep = (start: { readonly from: Training | null; readonly iteration: number }) => Training;

export const ITERATION_SETTINGS = {
  iterations: { fallback: 6, help: 'most rounds of self-play' },
  patience: { fallback: 2, help: 'rounds in a row without progress that end it' },
  minimumGain: { fallback: 0.1, help: 'points that count as progress' },
  promotionMargin: { fallback: 0, help: 'points by which the interval of the gain must be above the champion' },
  poolSize: { fallback: 3, help: 'past champions that stay in the pool' },
  start: { fallback: 'newest', help: 'where a round begins: newest, or champion' },
  epochs: { fallback: 1, help: 'passes over the newest dialogues of an update; 3 as in the released code' },
} as const;

/** @param seed of the whole */
export function iterationRules(order: ExperimentOrder, seed: number): IterationRules {
  const start: Start = order.knobs['start'] === 'champion' ? 'champion' : 'newest';
  const setting = (name: keyof typeof ITERATION_SETTINGS) => {
    const { fallback } = ITERATION_SETTINGS[name];
    return settingOf(order, name, typeof fallback === 'number' ? fallback : 0);
  };
  return {
    learn: onPolicy(order, seed, setting('epochs'), start),
    most: setting('iterations'),
    patience: setting('patience'),
    minimumGain: setting('minimumGain'),
    promotionMargin: setting('promotionMargin'),
    poolSize: setting('poolSize'),
    seed,
  };
}

/**
 * Updates on dialogues of the newest strategist on both seats. Each round has a seed of its own: one that begins again where
 * another began must not play the same dialogues.
 */
function onPolicy(order: ExperimentOrder, seed: number, epochs: number, start: Start): LearnStep {
  return ({ from, iteration }) => {
    const before = from?.config.updates ?? 0;
    const origin = from && { runId: from.runId, updates: before };
    const steps = epochs > 1 ? { epochsPerBatch: epochs, stepsPerEpoch: 4 } : {};
    return trainingFor(
      { ...order, updates: before + order.updates },
      {
        name: `round ${iteration + 1} (${start})`,
        model: order.models[0] ?? '',
        seed: seed * 1000 + iteration,
        knobs: steps,
      },
      origin,
    );
  };
}

/** The rounds so far, as far as they are known, the one that comes next included; ends with a plateau. */
export function iterationsOf(order: ExperimentOrder, known: Known, rules: IterationRules): Iteration[] {
  const iterations: Iteration[] = [];
  const start: Start = order.knobs['start'] === 'champion' ? 'champion' : 'newest';
  let champions: { member: Member; training: Training | null }[] = [{ member: BASE, training: null }];
  let newest: Training | null = null;
  for (let index = 0; index < rules.most; index++) {
    const [champion] = champions;
    if (!champion) break;
    const training = rules.learn({ from: start === 'newest' ? newest : champion.training, iteration: index });
    const candidate: Member = { name: `round ${index + 1}`, player: trained(training) };
    const pool = [...champions.slice(0, rules.poolSize).map(({ member }) => member), ...fixedMembers(order, champions)];
    const measured = measure(order, known, candidate, champion.member, pool);
    const isPromoted = measured !== null && measured.gain.low > rules.promotionMargin;
    iterations.push({
      index,
      training,
      candidate,
      champion: champion.member,
      pool,
      mean: measured?.mean ?? null,
      gain: measured?.gain ?? null,
      isPromoted,
    });
    newest = training;
    if (isPromoted) champions = [{ member: candidate, training }, ...champions];
    const means = iterations.map(({ mean }) => mean);
    if (measured === null) continue; // nothing is known from here on: later rounds stand for what they will be
    if (
      isPlateau(
        means.flatMap((mean) => mean ?? []),
        rules,
      )
    )
      break;
  }
  return iterations;
}

const BASE: Member = { name: 'base', player: base() };

/** The base, where it is no champion any more, and rules of known character. */
function fixedMembers(order: ExperimentOrder, champions: readonly { readonly member: Member }[]): Member[] {
  const isThere = (name: string) => champions.some(({ member }) => member.name === name);
  const scripts = ['greedy', 'fair', 'rule-player'].filter((name) => scriptedNames(order.environment).includes(name));
  return [
    ...(isThere('base') && champions.length > 1 ? [BASE] : []),
    ...scripts.map((name): Member => ({ name: `script: ${name}`, player: { kind: 'script', name } })),
  ];
}

/** The validation split: the test split is for the end. */
export function poolCell(order: ExperimentOrder, { player }: Member, against: Member): Pool {
  const cell = cellOf(order, player, { split: 'validation', partner: against.player });
  return { label: against.name, cells: [cell], episodes: order.episodes };
}

/** What an iteration has to learn and to play. */
export function workOfIteration(
  order: ExperimentOrder,
  { training, candidate, champion, pool }: Iteration,
): [Work[], Work[]] {
  const learning: Work[] = [{ kind: 'train', training, updates: training.config.updates }];
  const playing = [candidate, champion].flatMap((member) =>
    pool.flatMap((against) => {
      const { cells, episodes } = poolCell(order, member, against);
      return cells.map((cell): Work => ({ kind: 'play', cell, episodes }));
    }),
  );
  return [learning, playing];
}

function measure(order: ExperimentOrder, known: Known, candidate: Member, champion: Member, pool: readonly Member[]) {
  const samplesAgainst = (member: Member) => {
    const cells = pool.map((against) => {
      const { cells: own, episodes } = poolCell(order, member, against);
      return own.map((cell) => known.episodes(cell, episodes));
    });
    if (cells.flat().some((results) => results === null)) return null;
    return samplesOf(cells.flat().flatMap((results) => results ?? []));
  };
  const [own, before] = [samplesAgainst(candidate), samplesAgainst(champion)];
  if (!own || !before || own.length === 0 || before.length === 0) return null;
  const mean = own.reduce((sum, { value }) => sum + value, 0) / own.length;
  return { mean, gain: bootstrapDifference(before, own) };
}
