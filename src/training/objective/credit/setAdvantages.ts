import { AppError } from '../../../base/errors.ts';

/** Enumerating more sets than this per group would take longer than the rollouts. */
const MOST_SETS = 20_000;

export interface SetMember {
  readonly earned: number;
  /** What was tried; null counts as unlike everything else. */
  readonly kind: string | null;
}

/** What a set is worth to the polychromic objective (arXiv 2509.25424): mean return × share of distinct kinds. */
export function setScore(members: readonly SetMember[]): number {
  const unknown = members.filter(({ kind }) => kind === null).length;
  const known = new Set(members.flatMap(({ kind }) => kind ?? [])).size;
  const mean = members.reduce((sum, { earned }) => sum + earned, 0) / members.length;
  return (mean * (known + unknown)) / members.length;
}

/**
 * The advantage of each member under a set objective, over all sets of `size` that the group contains: `size` times the mean
 * score of the sets with the member minus that of the sets without it. The sets without it do not depend on it, so its
 * expectation is the gradient of the expected score of a set of independent trajectories. Sets of one are leave-one-out.
 *
 * @returns one per member; 0 when the group is no larger than a set, for then nothing is there to compare with
 * @throws AppError `objective-sets` when there would be too many sets
 */
export function setAdvantages(members: readonly SetMember[], size: number): number[] {
  const count = members.length;
  if (count <= size) return members.map(() => 0);
  if (binomial(count, size) > MOST_SETS) {
    throw new AppError('objective-sets', {
      what: `Sets of ${size} cannot be compared in a group of ${count}.`,
      why: `There would be more than ${MOST_SETS} of them.`,
      fix: 'Play fewer episodes per scenario, or choose smaller sets.',
    });
  }
  const within = new Float64Array(count);
  let total = 0;
  forEachSet(count, size, (set) => {
    const score = setScore(set.map((index) => members[index] as SetMember)); // indices < count
    total += score;
    for (const index of set) within[index] = (within[index] ?? 0) + score;
  });
  const withMember = binomial(count - 1, size - 1);
  const withoutMember = binomial(count - 1, size);
  return members.map((_, index) => {
    const own = within[index] ?? 0;
    return size * (own / withMember - (total - own) / withoutMember);
  });
}

function forEachSet(count: number, size: number, visit: (set: readonly number[]) => void): void {
  const set: number[] = [];
  const extend = (from: number) => {
    if (set.length === size) return visit(set);
    for (let index = from; index <= count - (size - set.length); index++) {
      set.push(index);
      extend(index + 1);
      set.pop();
    }
  };
  extend(0);
}

export function binomial(count: number, size: number): number {
  if (size > count) return 0;
  let result = 1;
  for (let step = 1; step <= size; step++) result = (result * (count - size + step)) / step;
  return Math.round(result);
}
