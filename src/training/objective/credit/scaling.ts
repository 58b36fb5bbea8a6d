import { assertNever } from '../../../base/errors.ts';
import { ofTrainedTokens } from '../batch.ts';
import type { Scale } from '../parts.ts';
import { firstReturns, type Advantages, type Earned } from './earned.ts';
import { byLargest, byRootMeanSquare, bySpread, byWhitening, UNCHANGED, type Affine } from './scales.ts';

/** Advantages on the scale that is asked for. Trajectories that take no part keep 0 and decide nothing. */
export function scaled(scale: Scale, advantages: Advantages, earned: Earned): Advantages {
  const affine = affines(scale, advantages, earned);
  const apply = (values: readonly (readonly number[])[]) =>
    values.map((own, index) => {
      const { shift, divisor } = affine[index] ?? UNCHANGED;
      return own.map((value) => (earned.takesPart[index] ? (value - shift) / divisor : 0));
    });
  return { turns: apply(advantages.turns), tokens: apply(advantages.tokens) };
}

function affines(scale: Scale, { turns, tokens }: Advantages, earned: Earned): Affine[] {
  const forAll = (of: (values: readonly number[]) => Affine, values: readonly (readonly number[])[]) => {
    const affine = of(values.filter((_, index) => earned.takesPart[index]).flat());
    return turns.map(() => affine);
  };
  switch (scale.kind) {
    case 'none':
      return turns.map(() => UNCHANGED);
    case 'batch-rms':
      return forAll(byRootMeanSquare, turns);
    case 'batch-max':
      return forAll(byLargest, turns);
    case 'batch-whiten':
      return forAll(byWhitening, scale.over === 'turns' ? turns : trainedOnly(tokens, earned));
    case 'trajectory-max':
      return turns.map(byLargest);
    case 'group-std':
      return groupAffines(scale.of, earned);
    default:
      return assertNever(scale);
  }
}

function trainedOnly(values: readonly (readonly number[])[], { batch }: Earned): number[][] {
  return values.map((own, index) => {
    const tokens = batch[index]?.tokens;
    return tokens ? ofTrainedTokens(tokens, own) : [];
  });
}

function groupAffines(of: 'returns' | 'turn-rewards' | 'tokens', earned: Earned): Affine[] {
  const { batch, rewards, takesPart } = earned;
  const first = firstReturns(earned);
  const whole = trainedOnly(
    batch.map(({ tokens }, index) => Array.from(tokens.logProbs, () => first[index] ?? 0)),
    earned,
  );
  const values = new Map<string, number[]>();
  batch.forEach(({ group }, index) => {
    if (!takesPart[index] || first[index] === null) return;
    const own = of === 'returns' ? [first[index] ?? 0] : of === 'turn-rewards' ? rewards[index] : whole[index];
    values.set(group, [...(values.get(group) ?? []), ...(own ?? [])]);
  });
  return batch.map(({ group }) => bySpread(values.get(group) ?? []));
}
