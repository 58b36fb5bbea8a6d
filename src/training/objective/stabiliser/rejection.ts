/**
 * CAPO-style rejection (after arXiv 2510.00819): which tokens would move the policy most. The paper models curvature in the
 * last layer; here a token's movement is |A|·(1 − π), the length that one step of gradient ascent takes along its own logit.
 *
 * @param share largest share of tokens that may be rejected
 * @returns for each token whether it is trained on
 */
export function withoutLargeMovements(
  advantages: ArrayLike<number>,
  logProbs: ArrayLike<number>,
  threshold: number,
  share: number,
): boolean[] {
  const movements = Array.from(advantages, (advantage, token) => ({
    token,
    movement: Math.abs(advantage) * (1 - Math.exp(logProbs[token] ?? 0)),
  }));
  const rejected = new Set(
    movements
      .filter(({ movement }) => movement > threshold)
      .toSorted((a, b) => b.movement - a.movement || a.token - b.token)
      .slice(0, Math.floor(share * movements.length))
      .map(({ token }) => token),
  );
  return movements.map(({ token }) => !rejected.has(token));
}
