/**
 * One round of successive halving (Jamieson & Talwalkar 2016, arXiv 1502.07943): the best go on. Equal scores go on in the
 * order of the candidates.
 *
 * @param scoreOf null: it could not be measured, and does not go on while others can. Where nothing is known yet, the first
 *   stand for those that will go on.
 */
export function survivors<Candidate>(
  candidates: readonly Candidate[],
  scoreOf: (candidate: Candidate) => number | null,
  keep: number,
): Candidate[] {
  const scores = new Map(candidates.map((candidate) => [candidate, scoreOf(candidate) ?? -Infinity]));
  return candidates
    .map((candidate, place) => ({ candidate, place, score: scores.get(candidate) ?? -Infinity }))
    .sort((one, two) => compare(two.score, one.score) || one.place - two.place)
    .slice(0, keep)
    .map(({ candidate }) => candidate);
}

/** Infinities have no difference. */
function compare(one: number, two: number): number {
  return one === two ? 0 : one < two ? -1 : 1;
}
