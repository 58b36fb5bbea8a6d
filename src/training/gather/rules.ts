import type { Objective, RolloutRule } from '../objective/parts.ts';

/** The rule of a kind, if the objective has one. */
export function ruleOf<Kind extends RolloutRule['kind']>(
  { data }: Pick<Objective, 'data'>,
  kind: Kind,
): Extract<RolloutRule, { readonly kind: Kind }> | null {
  const rule = data.rollouts.find((candidate) => candidate.kind === kind);
  return (rule as Extract<RolloutRule, { readonly kind: Kind }> | undefined) ?? null; // found by its kind
}

/**
 * Of things that are numbered through, those that a share picks, as evenly as it can: of every `1/share` the last one.
 * @param position from 0
 */
export function isPicked(position: number, share: number): boolean {
  // A little more than a whole number of shares, so that ten tenths are one.
  const upTo = (count: number) => Math.floor(count * share + 1e-9);
  return upTo(position + 1) > upTo(position);
}
