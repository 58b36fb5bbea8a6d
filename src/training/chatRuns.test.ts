import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { fakeChat, speaking, type FakeChat } from '../../tests/chat/fakeChat.ts';
import { loadTinyModel, newsOf, tinyConfig, trainIn, type Circumstances, type TinyRun } from '../../tests/tinyRun.ts';
import { UnigramEngine } from '../../tests/unigramEngine.ts';
import { wordGame } from '../../tests/wordGame.ts';
import type { Chats } from '../agent/chat/chat.ts';
import { AppError } from '../base/errors.ts';
import { MemoryReplyCache } from '../base/replyCache.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { RunEvent } from '../record/runEvent.ts';
import { RunControl } from './runControl.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  model = await loadTinyModel();
});

const run = (
  changes: Partial<RunConfig>,
  chats: Chats,
  circumstances: Circumstances = {},
  environment: typeof wordGame = wordGame,
) =>
  trainIn(environment, new UnigramEngine(model.config), model, tinyConfig({ updates: 2, ...changes }), {
    ...circumstances,
    chats,
  });
const down = () => new AppError('chat-server-failed', { what: 'm failed.', why: 'Status 500.', fix: 'Try later.' });
/** Selects the first strategy that it reads of. */
const firstIsCritical = () => '{"indexes": [1], "reasoning": "It opened."}';
const weightsOf = ({ saved }: TinyRun) =>
  createHash('sha256')
    .update(saved.at(-1)?.tensors ?? '')
    .digest('hex');
const metricsOf = ({ news }: TinyRun) => newsOf(news, 'update.finished').map(({ metrics }) => metrics);
const episodesOf = ({ news }: TinyRun) => newsOf(news, 'episodes.scored').flatMap(({ episodes }) => episodes);

describe('a judge', () => {
  const judged = { turnReward: 'judge', judgeGuard: 'off' } as const;

  test('is asked once for each dialogue and trained seat, and marks the turns of equation 3', async () => {
    const judge = fakeChat(firstIsCritical);
    const ended = await run(judged, { agent: null, judge });
    expect(ended.thrown).toBeNull();
    const episodes = episodesOf(ended);
    expect(judge.asked.length).toBeLessThanOrEqual(2 * episodes.length);
    for (const { turns, judgements, points } of episodes) {
      for (const seat of [0, 1] as const) {
        const own = turns.filter((turn) => turn.seat === seat);
        if (own.length === 0) continue; // nothing to judge
        const judgement = judgements?.[seat];
        expect(judgement).toMatchObject({ kind: 'critical', reason: 'It opened.' });
        const critical = judgement?.kind === 'critical' ? judgement.ownTurns : [];
        own.forEach((turn, index) => {
          const isCritical = critical.includes(index);
          const expected = isCritical ? 1 : index === own.length - 1 ? points[seat] / 10 : 0;
          expect(turn).toMatchObject({ isCritical, reward: expected });
        });
      }
    }
    expect(episodes.some(({ turns }) => turns.some(({ isCritical }) => isCritical))).toBe(true);
    const [first] = metricsOf(ended);
    expect(first?.judge).toEqual({
      judgements: 4,
      missingJudgements: 0,
      setAsideTurns: 0,
      evaluations: 0,
      missingEvaluations: 0,
    });
    expect(first?.judgeUsage?.requests).toBeGreaterThan(0);
    expect(first?.judgeSeconds).toBeGreaterThanOrEqual(0);
    expect(newsOf(ended.news, 'phase.progressed').map(({ phase }) => phase)).toContain('judge');
    for (const news of ended.news) {
      if (news.kind !== 'batch.recorded') expect(RunEvent.safeParse(news).error).toBeUndefined();
    }
  });

  test('may grade every turn instead', async () => {
    const judge = fakeChat(() => '{"scores": [{"index": 1, "score": 10}], "reasoning": "-"}');
    const ended = await run({ turnReward: 'judge-graded', judgeGuard: 'off' }, { agent: null, judge });
    expect(ended.thrown).toBeNull();
    const parts = episodesOf(ended).flatMap(({ turns }) => turns.flatMap(({ rewardParts }) => rewardParts));
    expect(parts).toContainEqual({ name: 'judge', value: 1 });
  });

  test('that fails costs its part: the run learns from outcomes, and says how many judgements are missing', async () => {
    const judge = fakeChat(() => {
      throw down();
    });
    const ended = await run(judged, { agent: null, judge });
    const plain = await run({ turnReward: 'terminal' }, { agent: null, judge: null });
    expect(ended.thrown).toBeNull();
    expect(metricsOf(ended).map((metrics) => metrics.judge?.missingJudgements)).toEqual([4, 4]);
    expect(weightsOf(ended)).toBe(weightsOf(plain));
    expect(episodesOf(ended)[0]?.judgements?.[0]).toMatchObject({ kind: 'missing', what: 'm failed.' });
  });

  test('a run that ends while it judges repeats the update, asks nothing twice and comes to the same bits', async () => {
    const whole = await run(judged, { agent: null, judge: fakeChat(firstIsCritical) });
    const cache = new MemoryReplyCache();
    const [before, after] = [fakeChat(firstIsCritical, cache), fakeChat(firstIsCritical, cache)];
    const killed = await run(
      judged,
      { agent: null, judge: before },
      {
        onNews: (news, control) => {
          if (news.kind === 'phase.progressed' && news.phase === 'judge' && news.updateIndex === 1) control.stop();
        },
      },
    );
    expect(newsOf(killed.news, 'run.stopped')).toEqual([{ kind: 'run.stopped', updatesDone: 1 }]);
    const resumed = await run(judged, { agent: null, judge: after }, { resumeFrom: killed.saved.at(-1) ?? null });
    expect(weightsOf(resumed)).toBe(weightsOf(whole));
    const questions = [...before.asked, ...after.asked].map(({ messages }) => JSON.stringify(messages));
    expect(new Set(questions).size).toBe(questions.length);
  });

  test('without a server the run is refused before anything is played', async () => {
    const ended = await run(judged, { agent: null, judge: null });
    expect(ended.thrown).toMatchObject({ code: 'chat-server-missing' });
    expect(ended.news).toEqual([]);
  });
});

describe('a chat agent in a run', () => {
  const withChat = { agent: 'chat' } as const;
  /** Says one of two things, by what it was told. */
  const talker = (cache?: MemoryReplyCache): FakeChat =>
    fakeChat(({ messages }) => speaking((messages[0]?.content.length ?? 0) % 2 ? 'a cat' : 'fish'), cache);
  /** The same, but it is down while it is told to be. */
  const failing = (inner: FakeChat, isDown: () => boolean): FakeChat => ({
    ...inner,
    ask: (question, signal) => (isDown() ? Promise.reject(down()) : inner.ask(question, signal)),
  });

  test('plays and is learned with, and the meter is in the metrics', async () => {
    const agent = talker();
    const ended = await run(withChat, { agent, judge: null });
    expect(ended.thrown).toBeNull();
    const said = episodesOf(ended).flatMap(({ turns }) => turns.map(({ utterance }) => utterance));
    expect(said.every((words) => words === 'a cat' || words === 'fish')).toBe(true);
    const usage = metricsOf(ended).map(({ agentUsage }) => agentUsage?.requests ?? 0);
    expect(usage.every((requests) => requests > 0)).toBe(true);
    expect(usage.reduce((sum, requests) => sum + requests, 0)).toBe(agent.asked.length);
  });

  test('that fails pauses the run, with what to do; it goes on where it was, and loses nothing', async () => {
    const whole = await run(withChat, { agent: talker(), judge: null });
    let isDown = false;
    const agent = failing(talker(), () => isDown);
    const ended = await run(
      withChat,
      { agent, judge: null },
      {
        onNews: (news, control) => {
          if (news.kind === 'update.finished' && news.updateIndex === 0) isDown = true;
          if (news.kind !== 'run.paused') return;
          isDown = false;
          control.give({ kind: 'continue' });
        },
      },
    );
    expect(ended.thrown).toBeNull();
    expect(newsOf(ended.news, 'run.paused')).toEqual([
      {
        kind: 'run.paused',
        updatesDone: 1,
        failure: { code: 'chat-server-failed', what: 'm failed.', why: 'Status 500.', fix: 'Try later.' },
      },
    ]);
    expect(newsOf(ended.news, 'run.finished')).toHaveLength(1);
    expect(weightsOf(ended)).toBe(weightsOf(whole));
  });

  test('may be stopped while it is paused like that, and what was learned is saved', async () => {
    const control = new RunControl();
    const agent = failing(talker(), () => true);
    const onNews: Circumstances['onNews'] = (news) => {
      if (news.kind === 'run.paused') control.stop();
    };
    const ended = await run(withChat, { agent, judge: null }, { control, onNews });
    expect(ended.thrown).toBeNull();
    expect(ended.saved.map(({ manifest }) => manifest.updatesDone)).toEqual([0]);
    expect(newsOf(ended.news, 'run.stopped')).toEqual([{ kind: 'run.stopped', updatesDone: 0 }]);
  });

  test('that fails in an evaluation pauses the run too, and the evaluation is made again', async () => {
    let isDown = false;
    const agent = failing(talker(), () => isDown);
    const ended = await run(
      { ...withChat, updatesPerEvaluation: 2, evaluationEpisodes: 2 },
      { agent, judge: null },
      {
        onNews: (news, control) => {
          if (news.kind === 'update.finished' && news.updateIndex === 1) isDown = true;
          if (news.kind !== 'run.paused') return;
          isDown = false;
          control.give({ kind: 'continue' });
        },
      },
    );
    expect(ended.thrown).toBeNull();
    expect(newsOf(ended.news, 'run.paused')).toHaveLength(1);
    expect(newsOf(ended.news, 'evaluation.finished')).toHaveLength(1);
  });

  test('every partner that a config can name completes an update', async () => {
    for (const partnerStrategist of ['base', 'none', 'react', 'fixed'] as const) {
      for (const partnerAgent of ['same', 'model', 'script', 'chat'] as const) {
        const partner = { partnerStrategist, partnerAgent, partnerStrategy: 'stay calm' } as const;
        const changes = { ...partner, agent: 'model', trainedSeats: 'alternate', updates: 1 } as const;
        const { thrown } = await run(changes, { agent: talker(), judge: null });
        const isThoughtless = partnerStrategist === 'react' && partnerAgent === 'script';
        if (isThoughtless) expect(thrown).toMatchObject({ code: 'agent-thoughtless' });
        else expect([partnerStrategist, partnerAgent, thrown]).toEqual([partnerStrategist, partnerAgent, null]);
      }
    }
  });
});

describe('points that nobody knows', () => {
  /** The word game, but nobody can tell how seat 1 did. */
  const halfKnown: typeof wordGame = {
    ...wordGame,
    outcome(state) {
      const outcome = wordGame.outcome(state);
      return outcome && { ...outcome, points: [outcome.points[0], 0], unscored: [1] };
    },
  };
  /** The same, but nobody can tell anything. */
  const unknown: typeof wordGame = {
    ...wordGame,
    outcome(state) {
      const outcome = wordGame.outcome(state);
      return outcome && { ...outcome, points: [0, 0], unscored: [0, 1] };
    },
  };

  test('are not learned from, not averaged, and marked', async () => {
    const ended = await run({ updates: 1 }, { agent: null, judge: null }, {}, halfKnown);
    expect(ended.thrown).toBeNull();
    for (const { unscored, turns } of episodesOf(ended)) {
      expect(unscored).toEqual([1]);
      for (const { seat, reward, advantage, rewardParts } of turns) {
        if (seat === 0) expect(advantage).not.toBeNull();
        else expect({ reward, advantage, rewardParts }).toEqual({ reward: 0, advantage: null, rewardParts: [] });
      }
    }
    const [metrics] = metricsOf(ended);
    expect(metrics?.pointsTrained).toBe(metrics?.pointsSeat0);
  });

  test('of everybody pause the run: it would learn nothing', async () => {
    const control = new RunControl();
    const onNews: Circumstances['onNews'] = (news) => {
      if (news.kind === 'run.paused') control.stop();
    };
    const ended = await run({ updates: 1 }, { agent: null, judge: null }, { control, onNews }, unknown);
    expect(newsOf(ended.news, 'run.paused')[0]?.failure).toMatchObject({ code: 'chat-nothing-scored' });
  });
});
