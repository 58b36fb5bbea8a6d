import type { ExperimentOrder, Member, Training } from '../record/experiment.ts';
import { CHAT, numberSetting, partnerNames, startOf, type Start } from './iterationSettings.ts';
import type { Known } from './known.ts';
import { samplesOf } from './known.ts';
import { learnStepOf, type LearnStep } from './learnSteps.ts';
import type { Work } from './parts.ts';
import { bootstrapDifference } from './statistics/bootstrap.ts';
import { isPlateau } from './statistics/plateau.ts';
import { base, cellOf, trained, type Pool } from './recipes/conditions.ts';

/** One round of self-play: learned, measured, promoted or not. */
export interface Iteration {
  readonly index: number;
  readonly training: Training;
  readonly candidate: Member;
  /** Who was the best before. */
  readonly champion: Member;
  /** Whom both are measured against, and the candidate has learned against if the rules say so; the champion is one of them. */
  readonly pool: readonly Member[];
  /** Mean points of the candidate over the pool; null until all of it is played. */
  readonly mean: number | null;
  /** Candidate minus champion over the pool, paired; null until all of it is played. */
  readonly gain: { readonly mean: number; readonly low: number; readonly high: number } | null;
  readonly isPromoted: boolean;
}

export interface IterationRules {
  readonly learn: LearnStep;
  readonly start: Start;
  readonly selfPlayShare: number;
  readonly most: number;
  readonly patience: number;
  readonly minimumGain: number;
  /** A candidate is promoted when the whole interval of its gain is above this. */
  readonly promotionMargin: number;
  /** Past champions that stay in the pool, newest first. */
  readonly poolSize: number;
  readonly seed: number;
}

/** @param seed of the whole */
export function iterationRules(order: ExperimentOrder, seed: number): IterationRules {
  return {
    learn: learnStepOf(order, seed),
    start: startOf(order),
    selfPlayShare: numberSetting(order, 'selfPlayShare'),
    most: numberSetting(order, 'iterations'),
    patience: numberSetting(order, 'patience'),
    minimumGain: numberSetting(order, 'minimumGain'),
    promotionMargin: numberSetting(order, 'promotionMargin'),
    poolSize: numberSetting(order, 'poolSize'),
    seed,
  };
}

/** The rounds so far, as far as they are known, the one that comes next included; ends with a plateau. */
export function iterationsOf(order: ExperimentOrder, known: Known, rules: IterationRules): Iteration[] {
  const iterations: Iteration[] = [];
  let champions: { member: Member; training: Training | null }[] = [{ member: BASE, training: null }];
  let newest: Training | null = null;
  for (let index = 0; index < rules.most; index++) {
    const [champion] = champions;
    if (!champion) break;
    const past = champions.slice(0, rules.poolSize).map(({ member }) => member);
    const pool = [...past, ...(past.includes(BASE) ? [] : [BASE]), ...otherMembers(order)];
    const player = rules.start === 'champion' ? champion.training : newest;
    const from = rules.start === 'base' ? null : player;
    const training = rules.learn({ iteration: index, player, from, opposite: oppositeIn(rules, pool) });
    const candidate: Member = { name: `round ${index + 1}`, player: trained(training) };
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

export const BASE: Member = { name: 'base', player: base() };

/** Rules of known character, and the model on a server. */
function otherMembers(order: ExperimentOrder): Member[] {
  return partnerNames(order).map((name) =>
    name === CHAT
      ? { name: `chat: ${order.servers.agent?.model ?? 'no server'}`, player: { kind: 'chat' } }
      : { name: `script: ${name}`, player: { kind: 'script', name } },
  );
}

/** The whole pool sits opposite, where a round does not only play with itself. */
function oppositeIn({ selfPlayShare }: IterationRules, pool: readonly Member[]): Pick<Training, 'opponents'> {
  return selfPlayShare < 1 && pool.length > 0 ? { opponents: { selfPlayShare, members: pool } } : {};
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
