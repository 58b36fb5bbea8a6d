import { beforeAll, describe, expect, test } from 'vitest';
import { loadBuiltInModel } from '../../tests/builtInModel.ts';
import { fakeChat, speaking } from '../../tests/chat/fakeChat.ts';
import { reciting, ScriptedDecoder, silentSpeaker } from '../../tests/scriptedDecoder.ts';
import type { Chat } from '../agent/chat/chat.ts';
import { later } from '../base/clock.ts';
import { dealOrNoDeal } from '../environment/negotiation/dealOrNoDeal.ts';
import { scenariosOf } from '../environment/negotiation/scenarios.ts';
import type { DealScenario } from '../environment/negotiation/schemas.ts';
import type { NegotiationState } from '../environment/negotiation/state.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import { runWriters, type Desk, type Job } from '../policy/generate.ts';
import { castOf } from './cast.ts';
import { contextCount, playEpisode, type EpisodePlan, type PlayedEpisode, type Table } from './rollout.ts';
import { advisedSeat, agentPlan, fixedStrategy, type Cast, type SeatPlan } from './seatPlan.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  model = await loadBuiltInModel();
});

const OPENING = 'i take 2 books and 2 hats , you get 3 balls';
const SCENARIO: DealScenario = {
  environment: 'deal-or-no-deal',
  id: '2,2,3;3,2,0;1,1,2',
  canonicalId: '2,2,3;3,2,0;1,1,2',
  split: 'train',
  counts: [2, 2, 3],
  values: [
    [3, 2, 0],
    [1, 1, 2],
  ],
};
const base = silentSpeaker();
const castWith = (chat: Chat | null): Cast<NegotiationState> =>
  castOf(dealOrNoDeal, { strategistTemperature: 1, agentTemperature: 0.7, chatTokenLimit: 99 }, base, chat);
const tableOf = (turnLimit: number): Table<NegotiationState> => ({
  environment: dealOrNoDeal,
  tokenizer: model.tokenizer,
  chatFormat: model.chatFormat,
  contextLength: 256,
  turnLimit,
  strategyTokenLimit: 12,
  actionTokenLimit: 24,
});
type Seats = EpisodePlan<NegotiationState>['seats'];

/** Plays dialogues of these seats together; the model draws the lines of its slots, one after the other. */
async function play(
  seatsOf: readonly Seats[],
  lines: readonly (readonly number[])[],
  { turnLimit = 2, signal = new AbortController().signal } = {},
) {
  const jobs = seatsOf.map((seats, index): Job<PlayedEpisode> => {
    const scenario = index === 0 ? SCENARIO : (scenariosOf('train')[index] ?? SCENARIO);
    const plan = { episodeId: `e${index}`, scenario, seats, seed: 1, coordinates: [0, index] };
    return {
      slotCount: contextCount(plan),
      start: (desk: Desk) => playEpisode(tableOf(turnLimit), plan, desk),
    };
  });
  const slots = jobs.reduce((sum, { slotCount }) => sum + slotCount, 0);
  const decoder = new ScriptedDecoder(Math.max(1, slots), reciting(...lines));
  const episodes: PlayedEpisode[] = [];
  const order: number[] = [];
  for await (const { finished } of runWriters(decoder, jobs, signal)) {
    for (const { index, outcome } of finished) {
      episodes[index] = outcome;
      order.push(index);
    }
  }
  return { episodes, order, decoder };
}

describe('a chat model as agent', () => {
  const trained = (cast: Cast<NegotiationState>): SeatPlan<NegotiationState> => ({
    strategist: { kind: 'model', speaker: base, temperature: 1, isTrained: true },
    agent: agentPlan(cast, 'chat'),
  });

  test('is told the strategy, and what it says is in the strategist’s context', async () => {
    const chat = fakeChat(() => speaking(OPENING));
    const cast = castWith(chat);
    const { chatFormat } = model;
    const advice = chatFormat.strategy('keep the books and the hats');
    const yes = [...chatFormat.strategy('say yes'), ...chatFormat.action('deal')];
    const { episodes } = await play([[trained(cast), advisedSeat(cast, 'base', 'model')]], [advice, yes]);
    const [episode] = episodes;
    expect(episode?.turns.map(({ strategy, utterance, action }) => [strategy, utterance, action.kind])).toEqual([
      ['keep the books and the hats', OPENING, 'propose'],
      ['say yes', 'deal', 'accept'],
    ]);
    expect(episode?.outcome.points).toEqual([10, 6]);
    expect(episode?.contexts[0]).toEqual([
      ...chatFormat.openView(dealOrNoDeal.view(SCENARIO, 0)),
      ...chatFormat.openOwnTurn('1 none none'),
      ...advice,
      ...chatFormat.openAction,
      ...chatFormat.action(OPENING),
      ...chatFormat.partnerTurn('deal'),
    ]);
    expect(episode?.turns[0]).toMatchObject({ utteranceIndex: null, sample: { tokenIds: advice } });
    const prompt = chat.asked[0]?.messages[0]?.content ?? '';
    expect(prompt).toContain('"keep the books and the hats"');
    expect(chat.asked[0]).toMatchObject({ temperature: 0.7, tokenLimit: 99 });
  });

  test('sits beside local models in one batch, which decode while it thinks', async () => {
    const line = [...model.chatFormat.strategy('say no'), ...model.chatFormat.action('hmm')];
    const local = advisedSeat(castWith(null), 'base', 'model');
    const chat = fakeChat(async () => {
      await later(20);
      return speaking('hello');
    });
    const cast = castWith(chat);
    const none = advisedSeat(cast, 'none', 'chat');
    const seats = [
      [none, local],
      [local, local],
      [local, none],
    ] as const;
    const lines = Array.from({ length: 4 }, () => [...line, ...line]);
    const { episodes, order } = await play(seats, lines, { turnLimit: 4 });
    expect(episodes.map(({ turns }) => turns.length)).toEqual([4, 4, 4]);
    expect(episodes[0]?.turns.map(({ utterance }) => utterance)).toEqual(['hello', 'hmm', 'hello', 'hmm']);
    expect(episodes[2]?.turns.map(({ utterance }) => utterance)).toEqual(['hmm', 'hello', 'hmm', 'hello']);
    expect(order[0]).toBe(1); // two local models wait for nobody
  });

  test('remembers its own strategies and the partner’s words, and nothing else', async () => {
    const chat = fakeChat(({ messages }) =>
      messages[0]?.content.includes('You are B') ? speaking('my secret plan') : speaking('well'),
    );
    const cast = castWith(chat);
    const first = advisedSeat(cast, fixedStrategy('be quiet about hats'), 'chat');
    const second = advisedSeat(cast, fixedStrategy('wait for the balls'), 'chat');
    await play([[first, second]], [], { turnLimit: 4 });
    const prompts = chat.asked.map(({ messages }) => messages.map(({ content }) => content).join('\n'));
    for (const prompt of prompts) {
      expect(prompt.includes('be quiet about hats')).not.toBe(prompt.includes('wait for the balls'));
    }
    expect(prompts.length).toBeGreaterThanOrEqual(4);
  });

  test('that thinks for itself writes the strategy of its turn; nothing of it is sampled', async () => {
    const chat = fakeChat(() => JSON.stringify({ strategy: 'ask for balls', action_type: 'speak', argument: OPENING }));
    const cast = castWith(chat);
    const react = advisedSeat(cast, 'react', 'chat');
    const { episodes } = await play([[react, react]], []);
    expect(episodes[0]?.turns.map(({ strategy, sample }) => [strategy, sample])).toEqual([
      ['ask for balls', null],
      ['ask for balls', null],
    ]);
    expect(episodes[0]?.contexts).toEqual([null, null]);
    expect(chat.asked[0]?.messages[0]?.content).toContain('think of a strategy');
  });

  test('whose reply cannot be read, twice, has an invalid turn, and nobody hears its thoughts', async () => {
    const chat = fakeChat(() => 'My goal is the books, which they must not know.');
    const cast = castWith(chat);
    const line = [...model.chatFormat.strategy('say no'), ...model.chatFormat.action('hmm')];
    const { episodes, decoder } = await play(
      [[advisedSeat(cast, 'none', 'chat'), advisedSeat(cast, 'base', 'model')]],
      [line],
    );
    expect(chat.asked).toHaveLength(2);
    expect(episodes[0]?.turns[0]).toMatchObject({
      utterance: '',
      action: { kind: 'invalid', reason: expect.stringContaining('not a JSON object') as string },
    });
    expect(decoder.fedTo(0)).toEqual(expect.arrayContaining(model.chatFormat.partnerTurn('')));
    expect(model.tokenizer.decode(decoder.fedTo(0))).not.toContain('goal');
  });

  test('that fails ends the batch with what it said, and the same moment is asked only once', async () => {
    let isDown = true;
    const chat = fakeChat((_, index) => {
      if (index >= 1 && isDown) throw new Error('down');
      return speaking(index === 0 ? OPENING : 'no');
    });
    const cast = castWith(chat);
    const seat = advisedSeat(cast, 'none', 'chat');
    await expect(play([[seat, seat]], [])).rejects.toThrow('down');
    const askedBefore = chat.asked.length;
    isDown = false;
    const { episodes } = await play([[seat, seat]], []);
    expect(episodes[0]?.turns[0]?.utterance).toBe(OPENING);
    const firsts = chat.asked.filter(({ messages }) => messages[0]?.content.includes('nothing has been said yet'));
    expect(firsts).toHaveLength(1);
    expect(chat.asked.length).toBeGreaterThan(askedBefore);
  });
});

describe('who cannot sit there is refused', () => {
  test('a chat model without a server', () => {
    expect(() => agentPlan(castWith(null), 'chat')).toThrow(expect.objectContaining({ code: 'chat-server-missing' }));
  });
  test('a script that is to think', () => {
    expect(() => advisedSeat(castWith(null), 'react', 'script')).toThrow(
      expect.objectContaining({ code: 'agent-thoughtless' }),
    );
  });
  test('a frozen model that thinks for itself is its own strategist', () => {
    const { strategist, agent } = advisedSeat(castWith(null), 'react', 'model');
    expect(strategist).toMatchObject({ kind: 'model', speaker: base, isTrained: false });
    expect(agent).toMatchObject({ kind: 'model', speaker: base });
  });
});
