import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../base/random.ts';
import { advantagesOfBatch, lossOfPart } from './objective.ts';
import type { TokenStatistics, Trajectory } from './objective.ts';
import type { WeightedTurn } from './scoreFunction.ts';

const MODES = ['linear', 'leave-one-out', 'paper'] as const;

function randomBatch(seed: number, scenarios = 4, episodes = 4): Trajectory[] {
  const random = new RandomStream(seed, 'batch');
  return Array.from({ length: scenarios * episodes * 2 }, (_, index) => ({
    seat: index % 2 === 0 ? 0 : 1,
    scenario: `scenario ${Math.floor(index / (2 * episodes))}`,
    turns: Array.from({ length: 1 + random.index(4) }, () => ({
      returnToGo: random.uniform(),
      offerValue: random.index(3) === 0 ? null : random.index(11),
      proposalValue: random.index(11),
      turnsLeft: 1 + random.index(5),
    })),
  }));
}

/** Float64 softmax over a tiny vocabulary: the four statistics of a token and their derivatives by its logits. */
function tokenReference(logits: readonly number[], baseLogits: readonly number[], tokenId: number) {
  const logSoftmax = (values: readonly number[]) => {
    const logSum = Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
    return values.map((value) => value - logSum);
  };
  const [own, base] = [logSoftmax(logits), logSoftmax(baseLogits)];
  const expectation = (of: (index: number) => number) =>
    own.reduce((sum, logProb, index) => sum + Math.exp(logProb) * of(index), 0);
  const entropy = -expectation((index) => own[index] ?? NaN);
  const klToBase = expectation((index) => (own[index] ?? NaN) - (base[index] ?? NaN));
  const klFromBase = base.reduce((sum, logProb, index) => sum + Math.exp(logProb) * (logProb - (own[index] ?? NaN)), 0);
  return {
    statistics: { logProb: own[tokenId] ?? NaN, entropy, klToBase, klFromBase },
    gradients: own.map((logProb, index) => {
      const probability = Math.exp(logProb);
      return {
        logProb: (index === tokenId ? 1 : 0) - probability,
        entropy: -probability * (logProb + entropy),
        klToBase: probability * (logProb - (base[index] ?? NaN) - klToBase),
        klFromBase: probability - Math.exp(base[index] ?? NaN),
      };
    }),
  };
}

interface Token {
  readonly logits: number[];
  readonly baseLogits: number[];
  readonly tokenId: number;
}

function randomTokens(count: number, seed: number): Token[] {
  const random = new RandomStream(seed, 'tokens');
  const draw = () => Array.from({ length: 5 }, () => random.normal());
  return Array.from({ length: count }, () => ({ logits: draw(), baseLogits: draw(), tokenId: random.index(5) }));
}

function statisticsOf(tokens: readonly Token[]): TokenStatistics {
  const each = tokens.map(({ logits, baseLogits, tokenId }) => tokenReference(logits, baseLogits, tokenId).statistics);
  return {
    logProbs: each.map(({ logProb }) => logProb),
    entropies: each.map(({ entropy }) => entropy),
    klToBase: each.map(({ klToBase }) => klToBase),
    klFromBase: each.map(({ klFromBase }) => klFromBase),
  };
}

/** Turns of distinct lengths and advantages, so that a shift by one token cannot go unseen. */
const part: WeightedTurn[][] = [
  [
    { advantage: 0.7, tokenCount: 1 },
    { advantage: -1.3, tokenCount: 3 },
  ],
  [{ advantage: 2.1, tokenCount: 2 }],
  [
    { advantage: -0.4, tokenCount: 4 },
    { advantage: 0, tokenCount: 1 },
    { advantage: 0.9, tokenCount: 2 },
  ],
];
const size = { trajectories: 3, turns: 6 };
const tokens = randomTokens(13, 5);

describe('the loss', () => {
  test('is what its formula says', () => {
    const { loss } = lossOfPart({ advantage: 'linear', klPenaltyPerNat: 0.1 }, part, statisticsOf(tokens), size);
    const advantages = part
      .flat()
      .flatMap(({ advantage, tokenCount }) => new Array<number>(tokenCount).fill(advantage));
    const expected = tokens.reduce((sum, token, index) => {
      const { logProb, klToBase } = tokenReference(token.logits, token.baseLogits, token.tokenId).statistics;
      return sum + (-(advantages[index] ?? NaN) * logProb + 0.1 * klToBase) / 6;
    }, 0);
    expect(loss).toBeCloseTo(expected, 12);
  });

  test.each(MODES)('%s: its coefficients are its derivative, by central differences through a softmax', (advantage) => {
    const config = { advantage, klPenaltyPerNat: 0.3 };
    const lossAt = (changed: readonly Token[]) => lossOfPart(config, part, statisticsOf(changed), size).loss;
    const { logProb, entropy, klToBase, klFromBase } = lossOfPart(config, part, statisticsOf(tokens), size);
    const step = 1e-5;
    tokens.forEach((token, row) => {
      const { gradients } = tokenReference(token.logits, token.baseLogits, token.tokenId);
      gradients.forEach((gradient, column) => {
        const analytic =
          (logProb[row] ?? NaN) * gradient.logProb +
          (entropy[row] ?? NaN) * gradient.entropy +
          (klToBase[row] ?? NaN) * gradient.klToBase +
          (klFromBase[row] ?? NaN) * gradient.klFromBase;
        const nudged = (by: number) =>
          tokens.map((other, index) =>
            index === row ? { ...other, logits: other.logits.with(column, (other.logits[column] ?? NaN) + by) } : other,
          );
        const numeric = (lossAt(nudged(step)) - lossAt(nudged(-step))) / (2 * step);
        expect(Math.abs(numeric - analytic)).toBeLessThan(1e-8);
      });
    });
  });

  test('the four statistics have the derivatives that the engines implement', () => {
    const [token] = tokens as [Token];
    const { gradients } = tokenReference(token.logits, token.baseLogits, token.tokenId);
    for (const name of ['logProb', 'entropy', 'klToBase', 'klFromBase'] as const) {
      gradients.forEach((gradient, column) => {
        const at = (by: number) =>
          tokenReference(token.logits.with(column, (token.logits[column] ?? NaN) + by), token.baseLogits, token.tokenId)
            .statistics[name];
        expect((at(1e-5) - at(-1e-5)) / 2e-5).toBeCloseTo(gradient[name], 8);
      });
    }
  });

  test.each(MODES)('%s: no split into micro-batches changes a coefficient or the sum of the losses', (advantage) => {
    const config = { advantage, klPenaltyPerNat: 0.1 };
    const whole = lossOfPart(config, part, statisticsOf(tokens), size);
    let token = 0;
    let loss = 0;
    const pieces = part.map((trajectory) => {
      const count = trajectory.reduce((sum, { tokenCount }) => sum + tokenCount, 0);
      const piece = lossOfPart(config, [trajectory], statisticsOf(tokens.slice(token, (token += count))), size);
      loss += piece.loss;
      return piece;
    });
    expect(pieces.flatMap(({ logProb }) => [...logProb])).toEqual([...whole.logProb]);
    expect(pieces.flatMap(({ klToBase }) => [...klToBase])).toEqual([...whole.klToBase]);
    expect(loss).toBeCloseTo(whole.loss, 12);
  });

  test('paper mode gives the golden loss of the authors’ trainer', () => {
    const logProbs = [-1, -2, -0.5, -0.2, -0.4, -0.6, -1.5, -0.1, -0.3];
    const turns = [0.99, 1, 0.6436363636, 0.6501380952, 0.2902400868];
    const counts = [2, 1, 3, 1, 2];
    const rewards = [2.728776, 2.756339, 1.77408, 1.792, 0.8];
    const { advantages } = advantagesOfBatch(
      { advantage: 'paper' },
      [
        {
          seat: 0,
          scenario: 's',
          turns: rewards.map((returnToGo) => ({ returnToGo, offerValue: null, proposalValue: null, turnsLeft: 1 })),
        },
      ],
      null,
    );
    advantages[0]?.forEach((value, turn) => expect(value).toBeCloseTo(turns[turn] ?? NaN, 5));
    const weighted = counts.map((tokenCount, turn) => ({ advantage: advantages[0]?.[turn] ?? NaN, tokenCount }));
    const statistics = { logProbs, entropies: logProbs, klToBase: logProbs, klFromBase: logProbs };
    const { loss } = lossOfPart({ advantage: 'paper', klPenaltyPerNat: 0 }, [weighted], statistics, {
      trajectories: 1,
      turns: 5,
    });
    expect(loss).toBeCloseTo(0.6551418136, 6);
  });

  test('entropy and the reverse KL are measured, not trained on', () => {
    const { entropy, klFromBase } = lossOfPart(
      { advantage: 'linear', klPenaltyPerNat: 1 },
      part,
      statisticsOf(tokens),
      size,
    );
    expect([...entropy, ...klFromBase].every((value) => value === 0)).toBe(true);
  });

  test('statistics of the wrong tokens are refused', () => {
    const config = { advantage: 'linear', klPenaltyPerNat: 0 } as const;
    expect(() => lossOfPart(config, part, statisticsOf(tokens.slice(1)), size)).toThrow('13 tokens');
  });
});

describe('the advantages of a batch', () => {
  test('leave-one-out, by hand', () => {
    const turn = (returnToGo: number) => ({ returnToGo, offerValue: null, proposalValue: null, turnsLeft: 1 });
    const batch: Trajectory[] = [
      { seat: 0, scenario: 's', turns: [turn(0.8), turn(1)] },
      { seat: 0, scenario: 's', turns: [turn(0.4)] },
      { seat: 1, scenario: 's', turns: [turn(0.9)] }, // alone in its group: the other seat has another goal
    ];
    const { advantages, baselineExplainedVariance } = advantagesOfBatch({ advantage: 'leave-one-out' }, batch, null);
    const scale = Math.sqrt((0.4 ** 2 + 0.6 ** 2 + 0.4 ** 2) / 4);
    expect(advantages[0]?.[0]).toBeCloseTo(0.4 / scale, 4);
    expect(advantages[0]?.[1]).toBeCloseTo(0.6 / scale, 4);
    expect(advantages[1]?.[0]).toBeCloseTo(-0.4 / scale, 4);
    expect(advantages[2]).toEqual([0]);
    expect(baselineExplainedVariance).toBeLessThan(0); // with two members the others' mean points the wrong way
  });

  test('linear starts as leave-one-out and then predicts from earlier batches only', () => {
    const [first, second] = [randomBatch(1), randomBatch(2)];
    const afterFirst = advantagesOfBatch({ advantage: 'linear' }, first, null);
    const leaveOneOut = advantagesOfBatch({ advantage: 'leave-one-out' }, first, null);
    expect(afterFirst.advantages).toEqual(leaveOneOut.advantages);
    expect(leaveOneOut.baselineState).toBeNull();
    const turnsOf = (batch: readonly Trajectory[]) => batch.flatMap(({ turns }) => turns).length;
    const { baselineState } = advantagesOfBatch({ advantage: 'linear' }, second, afterFirst.baselineState);
    expect(afterFirst.baselineState?.[0]).toBe(turnsOf(first));
    expect(baselineState?.[0]).toBeCloseTo(0.8 * turnsOf(first) + turnsOf(second), 9);

    // Raising one late return moves that turn's advantage and no other: no prediction contains it, only the scale does.
    const row = second.findIndex(({ turns }) => turns.length > 1);
    const raised = second.with(row, withLastReturnRaised(second[row] as Trajectory)); // found just above
    const before = advantagesOfBatch({ advantage: 'linear' }, second, afterFirst.baselineState).advantages;
    const after = advantagesOfBatch({ advantage: 'linear' }, raised, afterFirst.baselineState).advantages;
    const ratios = before.flatMap((turns, index) =>
      turns.flatMap((value, turn) =>
        index === row && turn === turns.length - 1 ? [] : [(after[index]?.[turn] ?? NaN) / value],
      ),
    );
    expect(Math.max(...ratios) - Math.min(...ratios)).toBeLessThan(1e-9);
    expect(after[row]?.at(-1)).toBeGreaterThan(before[row]?.at(-1) ?? NaN);
  });

  test.each(MODES)('%s: permuting the batch permutes the advantages', (advantage) => {
    const batch = randomBatch(3);
    const { baselineState } = advantagesOfBatch({ advantage }, randomBatch(4), null);
    const forward = advantagesOfBatch({ advantage }, batch, baselineState).advantages;
    const backward = advantagesOfBatch({ advantage }, batch.toReversed(), baselineState).advantages.toReversed();
    forward.forEach((turns, row) =>
      turns.forEach((value, turn) => expect(value).toBeCloseTo(backward[row]?.[turn] ?? NaN, 9)),
    );
  });

  test.each(MODES)('%s: equal outcomes, a seat without a turn and an empty batch are harmless', (advantage) => {
    const turn = { returnToGo: 0.5, offerValue: null, proposalValue: null, turnsLeft: 3 };
    const flat: Trajectory[] = [0, 1, 2, 3].map((index) => ({
      seat: 0,
      scenario: 's',
      turns: index === 3 ? [] : [turn],
    }));
    const { advantages } = advantagesOfBatch({ advantage }, flat, null);
    expect(advantages).toEqual([...new Array<number[]>(3).fill([advantage === 'paper' ? 1 : 0]), []]);
    expect(advantagesOfBatch({ advantage }, [], null).advantages).toEqual([]);
  });

  test('the state of the linear baseline goes through a checkpoint unchanged', () => {
    const { baselineState } = advantagesOfBatch({ advantage: 'linear' }, randomBatch(1), null);
    const restored: unknown = JSON.parse(JSON.stringify(baselineState));
    const next = (state: readonly number[] | null) => advantagesOfBatch({ advantage: 'linear' }, randomBatch(2), state);
    expect(next(restored as number[])).toEqual(next(baselineState));
  });
});

function withLastReturnRaised(trajectory: Trajectory): Trajectory {
  const last = trajectory.turns.length - 1;
  const raise = (turn: Trajectory['turns'][number]) => ({ ...turn, returnToGo: turn.returnToGo + 0.5 });
  return { ...trajectory, turns: trajectory.turns.map((turn, index) => (index === last ? raise(turn) : turn)) };
}
