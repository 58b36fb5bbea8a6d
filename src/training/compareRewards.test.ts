import { expect, test } from 'vitest';
import { fakeChat } from '../../tests/chat/fakeChat.ts';
import { leverConfig, leverStage } from '../../tests/gathering.ts';
import { environmentOf } from '../environment/registry.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { compareRewards, type RewardComparison } from './compareRewards.ts';
import { agreementOf } from './rewardAgreement.ts';

/** Selects every strategy that pulls the red lever, or grades it ten, and the other one. */
const knowing = (lever: string) =>
  fakeChat(({ messages }) => {
    const text = messages.map(({ content }) => content).join('\n');
    const strategies = [...text.matchAll(/"index": (\d+),\s+"from": "strategist",\s+"strategy": "(\w+)"/gu)];
    if (!text.includes('"scores"')) {
      const indexes = strategies.filter(([, , word]) => word === lever).map(([, index]) => Number(index));
      return JSON.stringify({ indexes, reasoning: lever });
    }
    const scores = strategies.map(([, index, word]) => ({ index: Number(index), score: word === lever ? 10 : 0 }));
    return JSON.stringify({ scores, reasoning: lever });
  });

async function compare(lever: string, changes: Partial<RunConfig> = {}): Promise<RewardComparison> {
  const { model, engine } = await leverStage();
  const config = leverConfig({ turnLimit: 6, judgeGuard: 'off', ...changes });
  const comparing = compareRewards(
    { split: 'validation', episodeCount: 24, samples: 8, margin: 0.2, config },
    {
      environment: environmentOf('two-arms'),
      model,
      engine,
      trained: null,
      chats: { agent: null, judge: knowing(lever) },
      signal: new AbortController().signal,
    },
  );
  const shares: number[] = [];
  let step = await comparing.next();
  for (; !step.done; step = await comparing.next()) shares.push(step.value);
  expect(shares).toEqual(shares.toSorted((one, other) => one - other));
  expect(shares.at(-1)).toBe(1);
  return step.value;
}

const of = ({ rewards }: RewardComparison, kind: string) => {
  const found = rewards.find(({ reward }) => reward === kind);
  if (!found) throw new Error(`${kind} was not compared`);
  return found;
};

test('a judge that knows which turns help agrees with what they truly changed, and one that is wrong disagrees', async () => {
  const [right, wrong] = [await compare('red'), await compare('blue')];
  expect(right.rewards.map(({ reward }) => reward)).toEqual([
    ...[
      'terminal',
      'potential',
      'critical-accepting',
      'critical-progress',
      'judge',
      'judge-graded',
      'information-gain',
    ],
  ]);
  expect(right).toMatchObject({ environment: 'two-arms', episodes: 24, samples: 8 });
  expect(right.turns).toBeGreaterThan(60);
  expect(right.reliability).toBeGreaterThan(0.3);
  for (const kind of ['judge', 'judge-graded']) {
    expect(of(right, kind).correlation?.low).toBeGreaterThan(0.4);
    expect(of(right, kind).f1).toBeGreaterThan(0.8);
  }
  expect(of(wrong, 'judge').f1).toBeLessThan(0.3);
  expect(of(wrong, 'judge').rankCorrelation).toBeLessThan(of(right, 'judge').rankCorrelation ?? 0);
  // There is no deal between levers, so that no rule finds a critical turn.
  expect(of(right, 'critical-progress')).toMatchObject({ markedShare: 0, precision: null, recall: 0 });
  // The same dialogues and samples, whoever judges them.
  expect([wrong.helpfulShare, wrong.reliability]).toEqual([right.helpfulShare, right.reliability]);
});

test('where nobody can tell what a dialogue is worth, nothing is compared', async () => {
  const { model, engine } = await leverStage();
  const unknown = { ...environmentOf('two-arms') };
  const outcome = unknown.outcome.bind(unknown);
  unknown.outcome = (state) => {
    const known = outcome(state);
    return known && { ...known, unscored: [0, 1] };
  };
  const comparing = compareRewards(
    { split: 'validation', episodeCount: 2, samples: 2, margin: 0.2, config: leverConfig() },
    { environment: unknown, model, engine, trained: null, signal: new AbortController().signal },
  );
  await expect(
    (async () => {
      for await (const share of comparing) expect(share).toBeLessThanOrEqual(1);
    })(),
  ).rejects.toMatchObject({ code: 'rewards-unvalued' });
});

test('of no turns there is nothing to say', () => {
  expect(agreementOf('terminal', 1, [], [])).toMatchObject({ correlation: null, rankCorrelation: null, f1: null });
});
