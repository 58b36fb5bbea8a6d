import { RandomStream } from '../../base/random.ts';
import { lessonsOf } from '../../environment/registry.ts';
import type { EnvironmentName } from '../../record/environmentName.ts';
import type { ExperimentOrder } from '../../record/experiment.ts';
import type { Known } from '../known.ts';
import { samplesOf } from '../known.ts';
import { survivors } from '../statistics/halving.ts';
import { cellOf, type Pool } from './conditions.ts';

/** Dialogues between random players whose states say which strategies there are. */
const EXPLORED = 60;
/** Each state is asked so often. */
const DRAWS = 12;

/** Rounds of the search, as shares of a cell: all candidates, then the best of them on more dialogues. */
export const FIXED_ROUNDS = [
  { share: 1 / 16, keep: 6 },
  { share: 1 / 4, keep: 1 },
] as const;

export interface FixedStrategy {
  readonly family: string;
  readonly text: string;
}

const candidates = new Map<EnvironmentName, readonly FixedStrategy[]>();

/**
 * One strategy of each family: the text that most states of random play would take. Families in alphabetical order. A
 * function of the environment.
 */
export function fixedCandidates(environmentName: EnvironmentName): readonly FixedStrategy[] {
  const known = candidates.get(environmentName);
  if (known) return known;
  const { environment, ...lessons } = lessonsOf(environmentName);
  const counts = new Map<string, Map<string, number>>();
  const explore = (state: unknown, random: RandomStream) => {
    for (let draw = 0; draw < DRAWS; draw++) {
      const strategy = lessons.drawStrategy(state, random);
      // The wording is not to be chosen among: one stream for all, so that a meaning has one text.
      const text = lessons.strategyText(strategy, new RandomStream(0, 'wording', strategy.family));
      const texts = counts.get(strategy.family) ?? new Map<string, number>();
      counts.set(strategy.family, texts.set(text, (texts.get(text) ?? 0) + 1));
    }
  };
  const scenarios = environment.scenarios('validation');
  for (let index = 0; index < EXPLORED; index++) {
    const random = new RandomStream(0, 'fixed strategies', index);
    let state = environment.start(random.pick(scenarios), environment.turnLimit);
    for (let seat = environment.seatToMove(state); seat !== null; seat = environment.seatToMove(state)) {
      const isWorld = environment.worldReply !== undefined && seat === 1;
      if (!isWorld) explore(state, random);
      const utterance = isWorld
        ? (environment.worldReply?.(state) ?? '')
        : lessons.utterance(lessons.drawStrategy(state, random), state, random);
      state = environment.step(state, environment.readAction(state, utterance));
    }
  }
  const found = [...counts]
    .map(([family, texts]) => {
      const [most] = [...texts].sort(([one, often], [two, oftener]) => oftener - often || (one < two ? -1 : 1));
      return { family, text: most?.[0] ?? '' };
    })
    .sort((one, two) => (one.family < two.family ? -1 : 1));
  candidates.set(environmentName, found);
  return found;
}

/** Who is played in a round of the search, on the validation split. */
export function fixedPools(order: ExperimentOrder, known: Known, round: number): Pool[] {
  return remaining(order, known, round).map((candidate) => poolOf(order, candidate, round));
}

/** What did best on the validation split; the first candidate stands for it until it is known. */
export function bestFixed(order: ExperimentOrder, known: Known): FixedStrategy & { readonly isChosen: boolean } {
  const [best = { family: 'none', text: 'none' }] = remaining(order, known, FIXED_ROUNDS.length);
  const lastRound = fixedPools(order, known, FIXED_ROUNDS.length - 1);
  const isChosen = lastRound.every(({ cells: [cell], episodes }) => cell && known.episodes(cell, episodes) !== null);
  return { ...best, isChosen };
}

function remaining(order: ExperimentOrder, known: Known, round: number): readonly FixedStrategy[] {
  const before = FIXED_ROUNDS[round - 1];
  if (!before) return fixedCandidates(order.environment);
  const scoreOf = (candidate: FixedStrategy) => {
    const { cells, episodes } = poolOf(order, candidate, round - 1);
    const samples = samplesOf(cells.flatMap((cell) => known.episodes(cell, episodes) ?? []));
    return samples.length === 0 ? null : samples.reduce((sum, { value }) => sum + value, 0) / samples.length;
  };
  return survivors(remaining(order, known, round - 1), scoreOf, before.keep);
}

function poolOf(order: ExperimentOrder, { family, text }: FixedStrategy, round: number): Pool {
  const share = FIXED_ROUNDS[round]?.share ?? 1;
  const cell = cellOf(order, { kind: 'fixed', text }, { split: 'validation' });
  return { label: family, cells: [cell], episodes: Math.max(2, Math.ceil((order.episodes * share) / 2) * 2) };
}
