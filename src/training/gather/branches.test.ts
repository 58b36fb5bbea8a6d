import { describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { byScenario, gather, leverConfig, leverStage, transcriptsOf } from '../../../tests/gathering.ts';
import { tinyModelFor } from '../../../tests/tinyModelFor.ts';
import type { Decoder } from '../../policy/engine.ts';
import { ReferenceEngine } from '../../policy/referenceEngine.ts';
import { objectiveOf } from '../objective/objectiveOf.ts';
import { rewardBatch } from '../sides.ts';
import { trajectoriesOf } from '../objectiveBatch.ts';
import { uncertainTurns } from './branches.ts';

const ARPO = leverConfig({ preset: 'arpo', turnLimit: 6 });
const VINE = leverConfig({ preset: 'polychromic', turnLimit: 6 });

describe('branching at uncertain turns (ARPO)', () => {
  test('half of each scenario’s dialogues begin anew, and each of them is gone on with from one of its turns', async () => {
    const { batch } = await gather(await leverStage([1]), { config: ARPO });
    expect(batch.episodes).toHaveLength(12);
    for (const episodes of byScenario(batch.episodes)) {
      const trunks = episodes.filter(({ origin, episodeId }) => origin === null && !episodeId.includes('.'));
      expect(trunks.length).toBe(episodes.length / 2);
      // With one pull each, no turn comes after the first one, and whole dialogues take the place of branches.
      const isLong = trunks.every(({ turns }) => turns.length > 2);
      expect(episodes.filter(({ origin }) => origin !== null)).toHaveLength(isLong ? trunks.length : 0);
    }
    expect(batch.episodes.some(({ origin }) => origin !== null)).toBe(true);
  });

  test('a branch has its trunk’s turns up to an uncertain one, and goes its own way from there', async () => {
    const { batch } = await gather(await leverStage([1]), { config: { ...ARPO, episodesPerUpdate: 64 } });
    const branches = batch.episodes.filter(({ origin }) => origin !== null);
    let differing = 0;
    for (const branch of branches) {
      const trunk = batch.episodes.find(({ episodeId }) => episodeId === branch.origin?.episodeId);
      const from = branch.origin?.turnIndex ?? NaN;
      expect(from).toBeGreaterThanOrEqual(2); // own turns 1 are certain, and a first turn is never branched at
      expect(branch.turns.slice(0, from)).toEqual(trunk?.turns.slice(0, from));
      differing += branch.turns[from]?.strategy === trunk?.turns[from]?.strategy ? 0 : 1;
    }
    // Even odds: a quarter and three quarters are more than four standard deviations from the mean of 32.
    expect(branches.length).toBeGreaterThan(16);
    expect(differing / branches.length).toBeGreaterThan(0.2);
    expect(differing / branches.length).toBeLessThan(0.8);
  });

  test('where the first turn is the uncertain one, nothing branches', async () => {
    const { batch } = await gather(await leverStage([2, 3]), { config: ARPO });
    expect(batch.episodes).toHaveLength(12);
    expect(batch.episodes.every(({ origin }) => origin === null)).toBe(true);
    // Twelve dialogues of their own, none twice.
    expect(new Set(batch.episodes.map(({ episodeId }) => episodeId)).size).toBe(12);
  });

  test('turns are ranked by how much their first tokens’ entropy has risen above the seat’s first turn', () => {
    const turn = (turnIndex: number, entropies: number[]) => ({
      turnIndex,
      seat: (turnIndex % 2) as 0 | 1,
      sample: { entropies },
    });
    const turns = [turn(0, [0.5]), turn(1, [1]), turn(2, [0.7]), turn(3, [1.5]), turn(4, [1.5]), turn(5, [0.9])];
    const rule = { kind: 'branch', base: 0.5, gain: 1, threshold: 0.5 } as const;
    // Rises: turn 2 by 0.2, turn 3 by 0.5, turn 4 by 1; turn 5 falls.
    expect(uncertainTurns({ turns: turns as never, trainedSeats: [0, 1] }, 10, rule)).toEqual([4, 3, 2]);
    expect(uncertainTurns({ turns: turns as never, trainedSeats: [1] }, 10, rule)).toEqual([3]);
  });

  test('the objective sees who is whose branch, with the parent’s log-probs in shared turns', async () => {
    const { batch } = await gather(await leverStage([1]), { config: ARPO });
    const { sides } = rewardBatch(ARPO, batch.episodes);
    const trajectories = trajectoriesOf(sides, null, objectiveOf(ARPO));
    const forked = trajectories.filter(({ fork }) => fork !== null);
    expect(forked.length).toBeGreaterThan(0);
    for (const { fork, tokens, group } of forked) {
      const parent = trajectories[fork?.parent ?? -1];
      expect(parent?.fork).toBeNull();
      expect(parent?.group).toBe(group);
      const shared = fork?.sharedTurns ?? 0; // one token per turn
      expect(Array.from(tokens.logProbs).slice(0, shared)).toEqual(
        Array.from(parent?.tokens.logProbs ?? []).slice(0, shared),
      );
      expect(tokens.isTrained).toBeNull(); // the rule for shared turns says what they are worth
    }
    // An objective without that rule learns from a shared turn once, in the trunk.
    const plain = trajectoriesOf(sides, null, objectiveOf(leverConfig({ preset: 'grpo' })));
    plain.forEach(({ tokens, fork }) => {
      const left = Array.from(tokens.isTrained ?? []).filter((bit) => bit === 0).length;
      expect(left).toBe(fork?.sharedTurns ?? 0);
    });
  });
});

describe('vines (polychromic objectives)', () => {
  test('one dialogue per scenario, and the others from one of its turns', async () => {
    const { batch } = await gather(await leverStage(), { config: VINE });
    expect(batch.episodes).toHaveLength(12);
    for (const episodes of byScenario(batch.episodes)) {
      const [trunk, ...others] = episodes;
      for (const other of others) {
        expect(other.origin?.episodeId).toBe(trunk?.episodeId);
        expect(other.origin).toEqual(others[0]?.origin);
        expect(other.stem).toEqual(trunk?.stem);
      }
    }
  });

  test('what follows the state is one group; what led there is read, and learned from nowhere', async () => {
    const { batch } = await gather(await leverStage(), { config: { ...VINE, episodesPerUpdate: 40 } });
    const rewarded = rewardBatch(VINE, batch.episodes);
    const trajectories = trajectoriesOf(rewarded.sides, null, objectiveOf(VINE));
    expect(batch.episodes.some(({ stem }) => (stem?.turnIndex ?? 0) > 1)).toBe(true);
    rewarded.sides.forEach(({ episode, seat, turns }, index) => {
      const stem = episode.stem ?? { episodeId: '', turnIndex: NaN };
      expect(turns.every(({ turnIndex }) => turnIndex >= stem.turnIndex)).toBe(true);
      expect(trajectories[index]?.group).toBe(`${stem.episodeId}@${stem.turnIndex}/${seat}`);
      expect(trajectories[index]?.turns).toHaveLength(turns.length);
      // The whole context is the training sequence; scored are the tokens of turns from the state on.
      const { tokenIds, scoredIndices } = rewarded.examples[index] ?? { tokenIds: [], scoredIndices: [] };
      expect(tokenIds).toHaveLength(episode.contexts[seat]?.length ?? NaN);
      expect(Array.from(scoredIndices)).toEqual(turns.map(({ sample }) => sample?.firstIndex));
    });
  });
});

describe.each([
  ['arpo', ARPO],
  ['polychromic', VINE],
] as const)('%s', (_, config) => {
  test('is a function of seed, update and weights', async () => {
    const once = transcriptsOf(await gather(await leverStage([1]), { config }));
    expect(transcriptsOf(await gather(await leverStage([1]), { config }))).toEqual(once);
    expect(transcriptsOf(await gather(await leverStage([1]), { config, updateIndex: 1 }))).not.toEqual(once);
    expect(transcriptsOf(await gather(await leverStage([1]), { config: { ...config, seed: 2 } }))).not.toEqual(once);
  });

  test('tells progress that only rises, up to 1', async () => {
    const { events } = await gather(await leverStage([1]), { config });
    const shares = events.flatMap((event) => (event.kind === 'phase.progressed' ? [event.share] : []));
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });
});

test('in the transformer a branch reads its trunk’s cache: the same bits as if it had been fed', async () => {
  await tf.setBackend('cpu');
  const model = await tinyModelFor('two-arms', 1);
  const stage = { model, engine: new ReferenceEngine(model.config) };
  const config = leverConfig({
    preset: 'polychromic',
    episodesPerUpdate: 3,
    episodesPerScenario: 3,
    seed: 3,
    turnLimit: 6,
  });
  const copying = await gather(stage, { config });
  const feeding = await gather(stage, { config, decoderOf: withoutCopies });
  expect(copying.batch.episodes[1]?.origin?.turnIndex).toBeGreaterThan(0);
  expect(transcriptsOf(copying)).toEqual(transcriptsOf(feeding));
  // Fewer tokens were fed than the contexts hold: the others were copied.
  const held = copying.batch.episodes.flatMap(({ contexts }) => contexts.map((context) => context?.length ?? 0));
  expect(copying.batch.tokensFed).toBeLessThan(held.reduce((sum, length) => sum + length, 0) * 0.9);
}, 60_000);

/** A decoder whose forks copy nothing: every token that a slot holds was fed to that slot. */
function withoutCopies(decoder: Decoder): Decoder {
  const fed = new Map<number, { tokenId: number; speaker: Parameters<Decoder['step']>[0][number]['speaker'] }[]>();
  const pending: Parameters<Decoder['step']>[0][number][] = [];
  return {
    slotCount: decoder.slotCount,
    step(rows) {
      for (const { slot, position, tokenId, speaker } of rows) {
        const held = fed.get(slot)?.slice(0, position) ?? [];
        fed.set(slot, [...held, { tokenId, speaker }]);
      }
      return decoder.step([...pending.splice(0), ...rows]);
    },
    fork(from, to, length) {
      const held = (fed.get(from) ?? []).slice(0, length);
      fed.set(to, held);
      pending.push(...held.map(({ tokenId, speaker }, position) => ({ slot: to, position, tokenId, speaker })));
    },
    [Symbol.dispose]: () => undefined,
  };
}
