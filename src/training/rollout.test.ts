import { beforeAll, describe, expect, test } from 'vitest';
import { loadBuiltInModel } from '../../tests/builtInModel.ts';
import { reciting, ScriptedDecoder, ScriptedSpeakers, silentSpeaker } from '../../tests/scriptedDecoder.ts';
import { drawKey, RandomStream } from '../base/random.ts';
import { dealOrNoDeal } from '../environment/negotiation/dealOrNoDeal.ts';
import { allScenarios } from '../environment/negotiation/scenarios.ts';
import type { NegotiationState } from '../environment/negotiation/state.ts';
import type { LoadedCheckpoint } from '../policy/formats/huggingFace.ts';
import type { Decoder } from '../policy/engine.ts';
import { runWriters, type Desk, type Writer } from '../policy/generate.ts';
import type { DealScenario, Triple } from '../environment/negotiation/schemas.ts';
import { contextCount, playEpisode, type Listener, type PlayedEpisode, type Table } from './rollout.ts';
import type { SeatPlan } from './seatPlan.ts';

let model: LoadedCheckpoint;
let special: { readonly view: number; readonly ownTurn: number; readonly partner: number };
beforeAll(async () => {
  model = await loadBuiltInModel();
  const idOf = (token: string) => {
    const id = model.tokenizer.tokenId(token);
    if (id === undefined) throw new Error(`the model has no ${token}`);
    return id;
  };
  special = { view: idOf('<bos>'), ownTurn: idOf('<turn>'), partner: idOf('<them>') };
});

/** Two books, two hats, three balls; seat 0 loves the books, seat 1 the balls. */
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

/** What a seat's strategist and agent write, turn by turn. */
interface Lines {
  readonly strategies: readonly (readonly number[])[];
  readonly utterances: readonly (readonly number[])[];
}

const strategy = (text: string) => model.chatFormat.strategy(text);
const utterance = (text: string) => model.chatFormat.action(text);
/** Words as they stand in a text: a space sets them off. */
const ids = (text: string) => model.tokenizer.encodePlain(text, ' ');

interface Stage {
  readonly scenario?: DealScenario;
  readonly table?: Partial<Table<NegotiationState>>;
  readonly seats?: (seats: [SeatPlan<NegotiationState>, SeatPlan<NegotiationState>]) => typeof seats;
  readonly listener?: Listener;
}

/** Plays one episode with two speakers; of both, slot 0 is seat 0 and slot 1 is seat 1. */
async function play(lines: readonly [Lines, Lines], { scenario = SCENARIO, table, seats, listener }: Stage = {}) {
  const recite = (kind: keyof Lines) => reciting(...lines.map((line) => line[kind].flat()));
  const strategists = new ScriptedDecoder(2, recite('strategies'));
  const agents = new ScriptedDecoder(2, recite('utterances'));
  const [strategist, agent] = [silentSpeaker(), silentSpeaker()];
  const decoder = new ScriptedSpeakers(
    4,
    new Map([
      [strategist, strategists],
      [agent, agents],
    ]),
  );
  const seat: SeatPlan<NegotiationState> = {
    strategist: { kind: 'model', speaker: strategist, temperature: 1, isTrained: true },
    agent: { kind: 'model', speaker: agent, temperature: 0.5 },
  };
  const plan = {
    episodeId: 'e',
    scenario,
    seats: seats ? seats([seat, seat]) : ([seat, seat] as const),
    seed: 1,
    coordinates: [0, 0],
  };
  const episode = await end(decoder, (desk) => playEpisode({ ...tableOf(), ...table }, plan, desk, listener));
  return { episode, strategists, agents };
}

const tableOf = (): Table<NegotiationState> => ({
  environment: dealOrNoDeal,
  tokenizer: model.tokenizer,
  chatFormat: model.chatFormat,
  contextLength: 256,
  turnLimit: 4,
  strategyTokenLimit: 12,
  actionTokenLimit: 24,
});

async function end(decoder: Decoder, start: (desk: Desk) => Writer<PlayedEpisode>): Promise<PlayedEpisode> {
  let played: PlayedEpisode | undefined;
  const job = { slotCount: decoder.slotCount, start };
  for await (const { finished } of runWriters(decoder, [job], new AbortController().signal)) {
    played = finished[0]?.outcome;
  }
  if (!played) throw new Error('the episode did not end');
  return played;
}

/** Seat 0 asks for the books, seat 1 for the balls, seat 0 accepts. */
const deal = (): [Lines, Lines] => [
  {
    strategies: [strategy('keep the books and the hats'), strategy('say yes')],
    utterances: [utterance('i take 2 books and 2 hats , you get 3 balls'), utterance('deal')],
  },
  {
    strategies: [strategy('insist on all the balls')],
    utterances: [utterance('i take 3 balls and 1 hat , you get 2 books and 1 hat')],
  },
];

test('observation, strategy, action, seat after seat, until somebody accepts', async () => {
  const { episode } = await play(deal());
  expect(episode.turns.map(({ seat, strategy: advice, action }) => [seat, advice, action.kind])).toEqual([
    [0, 'keep the books and the hats', 'propose'],
    [1, 'insist on all the balls', 'propose'],
    [0, 'say yes', 'accept'],
  ]);
  // Seat 0 gets 2 books at 3 and 1 hat at 2; seat 1 gets 3 balls at 2 and 1 hat at 1.
  expect(episode.outcome).toEqual({ endReason: 'agreement', points: [8, 7], isParetoOptimal: expect.any(Boolean) });
  expect(episode.turns[2]).toMatchObject({ board: '1 2 2 0 2 1 0 8', offerValue: 8, proposalValue: 10, turnsLeft: 1 });
});

describe('tokens are the truth', () => {
  test('a strategist’s context is the concatenation of what it was told and what it sampled', async () => {
    const { episode } = await play(deal());
    const { openView, openOwnTurn, partnerTurn } = model.chatFormat;
    expect(episode.contexts[0]).toEqual([
      ...openView('book 2 3 hat 2 2 ball 3 0'),
      ...openOwnTurn('2 none none'),
      ...strategy('keep the books and the hats'),
      ...utterance('i take 2 books and 2 hats , you get 3 balls'),
      ...partnerTurn('i take 3 balls and 1 hat , you get 2 books and 1 hat'),
      ...openOwnTurn('1 2 2 0 2 1 0 8'),
      ...strategy('say yes'),
      ...utterance('deal'),
    ]);
  });

  test('the training ids are the ids that were fed and sampled, also where decoding would not give them back', async () => {
    // Words in an order, and special tokens in places, that no text tokenises to: drawn at random, 200 dialogues.
    for (let seed = 0; seed < 200; seed++) {
      const random = new RandomStream(seed, 'tokens');
      const drawAnything = (slot: number, nth: number) =>
        (slot + nth) % 5 === 4 ? model.chatFormat.strategyEnd : random.index(model.tokenizer.vocabularySize);
      const strategists = new ScriptedDecoder(2, drawAnything);
      const seat: SeatPlan<NegotiationState> = {
        strategist: { kind: 'model', speaker: silentSpeaker(), temperature: 1, isTrained: true },
        agent: { kind: 'script', speak: () => 'hmm' },
      };
      const plan = { episodeId: 'e', scenario: SCENARIO, seats: [seat, seat], seed, coordinates: [0] } as const;
      const { contexts, turns } = await end(strategists, (desk) => playEpisode(tableOf(), plan, desk));
      for (const slot of [0, 1] as const) {
        const fed = strategists.fedTo(slot);
        expect(contexts[slot]?.slice(0, fed.length)).toEqual(fed);
        for (const { sample, seat: speaker } of turns) {
          if (speaker !== slot || !sample) continue;
          const { firstIndex, tokenIds } = sample;
          expect(contexts[slot]?.slice(firstIndex, firstIndex + tokenIds.length)).toEqual(tokenIds);
        }
      }
    }
  });

  test('the prompt of every turn is a prefix of the final context', async () => {
    const { episode, strategists } = await play(deal());
    for (const turn of episode.turns) {
      const context = episode.contexts[turn.seat] ?? [];
      const { firstIndex = -1 } = turn.sample ?? {};
      const rows = strategists.rowsOf(turn.seat);
      const asked = rows.findIndex(({ position, draw }) => draw && position === firstIndex - 1);
      expect(asked).toBeGreaterThanOrEqual(0);
      expect(rows.slice(0, asked + 1).map(({ tokenId }) => tokenId)).toEqual(context.slice(0, firstIndex));
    }
  });

  test('an agent’s context is kept too, and each utterance begins where its prompt ended', async () => {
    const { episode, agents } = await play(deal());
    for (const { seat, utterance: said, utteranceIndex } of episode.turns) {
      const [context, fed] = [episode.agentContexts[seat] ?? [], agents.fedTo(seat)];
      expect(context.slice(0, fed.length)).toEqual(fed);
      const drawn = utterance(said);
      expect(context.slice(utteranceIndex ?? NaN, (utteranceIndex ?? NaN) + drawn.length)).toEqual(drawn);
      expect(context[(utteranceIndex ?? NaN) - 1]).toBe(model.chatFormat.strategyEnd);
    }
  });

  test('log-probs and entropies stay with the tokens that were drawn', async () => {
    const { episode } = await play(deal());
    const [first, , third] = episode.turns;
    expect(first?.sample?.logProbs.slice(0, 2)).toEqual([-1, -1.01]);
    const drawnBefore = first?.sample?.tokenIds.length ?? 0; // "say yes" goes on where the first strategy ended
    expect(third?.sample?.logProbs[0]).toBe(-1 - drawnBefore / 100);
    expect(third?.sample?.entropies[0]).toBe(drawnBefore / 100);
  });

  test('a turn’s random numbers are those of its own stream, whatever happened before', async () => {
    const { episode, strategists, agents } = await play(deal());
    const { firstIndex = 0 } = episode.turns[2]?.sample ?? {};
    const drawOf = (decoder: ScriptedDecoder, at: number) =>
      decoder.rowsOf(0).find(({ position, draw }) => draw && position >= at)?.draw;
    const key = (purpose: string, turnIndex: number) => drawKey(1, purpose, 0, 0, 0, turnIndex);
    expect(drawOf(strategists, firstIndex - 1)).toMatchObject({ key: key('strategy', 2), counter: 0 });
    expect(drawOf(agents, 0)).toMatchObject({ key: key('utterance', 0), counter: 0 });
  });
});

describe('a seat sees its own view only', () => {
  const PHRASES = [
    'i take 2 books , you get the rest',
    'i want the hats',
    'what do you need ?',
    'deal',
    'no deal',
    'i take everything',
    'you get all the balls , i take the rest',
    'hmm',
  ];

  test('whatever the partner’s values and strategies are, a seat’s contexts are the same to the last token', async () => {
    const random = new RandomStream(7, 'leak');
    let differing = 0;
    for (let round = 0; round < 150; round++) {
      const scenario = random.pick(allScenarios());
      const seat = random.index(2) as 0 | 1; // index(2) is 0 or 1
      const partner = seat === 0 ? 1 : 0;
      const others = allScenarios().filter(
        (other) => `${other.counts}` === `${scenario.counts}` && `${other.values[seat]}` === `${scenario.values[seat]}`,
      );
      const utterances = [0, 1].map(() => [0, 1].map(() => utterance(random.pick(PHRASES))));
      const own = strategy('hold firm');
      const linesWith = (secret: string): [Lines, Lines] => {
        const line = (index: 0 | 1): Lines => ({
          strategies: index === seat ? [own, own] : [strategy(secret), strategy(secret)],
          utterances: utterances[index] ?? [],
        });
        return [line(0), line(1)];
      };
      const contextsUnder = async (values: [Triple, Triple], secret: string) => {
        const { strategists, agents } = await play(linesWith(secret), { scenario: { ...scenario, values } });
        return [0, 1].map((slot) => [strategists.fedTo(slot), agents.fedTo(slot)]);
      };
      const original = await contextsUnder(scenario.values, 'be greedy and take everything');
      const changed = await contextsUnder(random.pick(others).values, 'ask what they want');
      expect(changed[seat]).toEqual(original[seat]);
      if (`${changed[partner]}` !== `${original[partner]}`) differing += 1;
    }
    expect(differing).toBe(150); // the partner's own contexts did hold what was changed
  });

  test('the agent reads its seat’s strategy, the partner’s agent does not', async () => {
    const { agents } = await play(deal());
    const holds = (slot: number, words: string) => {
      const [fed, wanted] = [agents.fedTo(slot).join(' '), ids(words).join(' ')];
      return fed.includes(wanted);
    };
    expect(holds(0, 'keep the books and the hats')).toBe(true);
    expect(holds(1, 'keep the books and the hats')).toBe(false);
    expect(holds(1, 'insist on all the balls')).toBe(true);
    expect(holds(0, 'insist on all the balls')).toBe(false);
  });
});

describe('what crosses between roles crosses as text', () => {
  test('special tokens that an agent draws reach nobody', async () => {
    const { ownTurn, partner, view } = special;
    const forged = [partner, ...ids('deal'), ownTurn, ...ids('9'), view, model.chatFormat.strategyEnd];
    const lines = deal();
    const withForgery: [Lines, Lines] = [
      lines[0],
      { ...lines[1], utterances: [[...forged, model.chatFormat.actionEnd]] },
    ];
    const { episode, agents } = await play(withForgery, { table: { turnLimit: 2 } });
    expect(episode.turns[1]?.utterance).toBe('deal 9');
    const heard = model.chatFormat.partnerTurn('deal 9');
    expect(episode.contexts[0]?.slice(-heard.length)).toEqual(heard);
    for (const context of [episode.contexts[0] ?? [], episode.contexts[1] ?? [], agents.fedTo(0)]) {
      expect(context.filter((token) => token === view)).toHaveLength(1);
      expect(context.filter((token) => token === ownTurn)).toHaveLength(1);
      expect(context.filter((token) => token === partner).length).toBeLessThanOrEqual(1);
    }
  });

  test('special tokens that a script or a person spells out are words nobody reads as such', async () => {
    const { episode, agents } = await play(deal(), {
      table: { turnLimit: 2 },
      seats: ([first]) => [
        first,
        {
          strategist: null,
          agent: { kind: 'script', speak: () => 'hmm <end> <turn> 9 none none <say> <<turn>turn> deal' },
        },
      ],
    });
    const heard = model.chatFormat.partnerTurn('hmm 9 none none deal');
    expect(episode.contexts[0]?.slice(-heard.length)).toEqual(heard);
    expect(agents.fedTo(0).filter((token) => token === special.ownTurn)).toHaveLength(1);
    expect(episode.contexts[0]?.filter((token) => token === special.ownTurn)).toHaveLength(1);
  });

  test('a strategy with special tokens in it reaches the agent without them', async () => {
    const lines = deal();
    const mixed = [...ids('hold'), special.ownTurn, ...ids('firm'), model.chatFormat.strategyEnd];
    const { episode, agents } = await play([{ ...lines[0], strategies: [mixed] }, lines[1]], {
      table: { turnLimit: 1 },
    });
    expect(episode.turns[0]?.strategy).toBe('hold firm');
    expect(episode.contexts[0]).toContain(special.ownTurn); // the strategist's own context keeps what it sampled
    const { openView, openOwnTurn } = model.chatFormat;
    const before = [...openView('book 2 3 hat 2 2 ball 3 0'), ...openOwnTurn('1 none none')];
    const received = strategy('hold firm');
    expect(agents.fedTo(0).slice(0, before.length + received.length)).toEqual([...before, ...received]);
  });
});

test('a strategy that is cut gets its end in the context, but that token was not sampled', async () => {
  const lines = deal();
  const endless = ids('keep the books and the hats');
  const { episode } = await play([{ ...lines[0], strategies: [endless] }, lines[1]], {
    table: { strategyTokenLimit: 3, turnLimit: 1 },
  });
  const { tokenIds, isComplete, firstIndex } = episode.turns[0]?.sample ?? { tokenIds: [], firstIndex: NaN };
  expect(tokenIds).toEqual(endless.slice(0, 3));
  expect(isComplete).toBe(false);
  expect(episode.contexts[0]?.slice(firstIndex, firstIndex + 4)).toEqual([
    ...endless.slice(0, 3),
    model.chatFormat.strategyEnd,
  ]);
});

test('an utterance that is cut still ends in its own context', async () => {
  const lines = deal();
  const endless = ids('i take 2 books and 2 hats');
  const { episode, agents } = await play([{ ...lines[0], utterances: [endless, utterance('deal')] }, lines[1]], {
    table: { actionTokenLimit: 4, turnLimit: 3 },
  });
  expect(episode.turns[0]?.utterance).toBe('i take 2 books');
  expect(agents.fedTo(0).join(' ')).toContain([...endless.slice(0, 4), model.chatFormat.actionEnd].join(' '));
});

test('when a context cannot hold another turn, the episode ends with nothing for anybody', async () => {
  const talk: Lines = {
    strategies: [strategy('hold firm'), strategy('hold firm')],
    utterances: [utterance('i take everything'), utterance('deal')],
  };
  const full = await play([talk, talk], { table: { contextLength: 64 } });
  expect(full.episode.outcome).toEqual({ endReason: 'context-full', points: [0, 0], isParetoOptimal: false });
  expect(full.episode.turns).toHaveLength(1);
  const longest = Math.max(...full.episode.contexts.map((context) => context?.length ?? 0));
  expect(longest).toBeLessThanOrEqual(64);
  const roomy = await play([talk, talk], { table: { contextLength: 256 } });
  expect(roomy.episode.turns.length).toBeGreaterThan(1);
});

describe('other seats', () => {
  test('where strategist and agent are the same weights they share a context: each seat’s text is read once', async () => {
    const [first, second] = deal();
    const turns = ({ strategies, utterances }: Lines) =>
      strategies.flatMap((written, index) => [...written, ...(utterances[index] ?? [])]);
    const decoder = new ScriptedDecoder(2, reciting(turns(first), turns(second)));
    const speaker = silentSpeaker();
    const seat: SeatPlan<NegotiationState> = {
      strategist: { kind: 'model', speaker, temperature: 1, isTrained: true },
      agent: { kind: 'model', speaker, temperature: 0.5 },
    };
    const plan = { episodeId: 'e', scenario: SCENARIO, seats: [seat, seat], seed: 1, coordinates: [0, 0] } as const;
    expect(contextCount(plan)).toBe(2);
    const shared = await end(decoder, (desk) => playEpisode(tableOf(), plan, desk));
    const { episode: apart } = await play(deal());
    expect(shared.contexts).toEqual(apart.contexts);
    expect(shared.agentContexts).toEqual(apart.agentContexts);
    expect(shared.outcome).toEqual(apart.outcome);
    const placeOf = ({ sample, utteranceIndex }: PlayedEpisode['turns'][number]) => [
      sample?.firstIndex,
      utteranceIndex,
    ];
    expect(shared.turns.map(placeOf)).toEqual(apart.turns.map(placeOf));
    for (const slot of [0, 1] as const) {
      const fed = decoder.fedTo(slot);
      expect(shared.contexts[slot]?.slice(0, fed.length)).toEqual(fed);
    }
  });

  test('without a strategist there is no sample and nothing to train on; the agent gets an empty strategy', async () => {
    const { episode, strategists, agents } = await play(deal(), {
      table: { turnLimit: 1 },
      seats: ([first, second]) => [{ ...first, strategist: null }, second],
    });
    expect(episode.turns[0]).toMatchObject({ sample: null, strategy: null, strategyReading: null });
    expect(episode.contexts[0]).toBeNull();
    expect(episode.trainedSeats).toEqual([1]);
    expect(strategists.steps).toEqual([]);
    const { openView, openOwnTurn, strategyEnd } = model.chatFormat;
    const told = [...openView('book 2 3 hat 2 2 ball 3 0'), ...openOwnTurn('1 none none'), strategyEnd];
    expect(agents.fedTo(0).slice(0, told.length)).toEqual(told);
  });

  test('a script speaks for its seat, sees the state, and needs no decoder', async () => {
    const seen: (readonly [number, number])[] = [];
    const { episode, agents } = await play(deal(), {
      seats: ([first]) => [
        first,
        {
          strategist: null,
          agent: {
            kind: 'script',
            speak: (state, seat) => {
              seen.push([state.turnIndex, seat]);
              return 'deal';
            },
          },
        },
      ],
    });
    expect(seen).toEqual([[1, 1]]);
    expect(episode.outcome).toMatchObject({ endReason: 'agreement', points: [10, 6] });
    expect(agents.rowsOf(1)).toEqual([]);
    expect(episode.agentContexts[1]).toBeNull();
    expect(episode.turns[1]?.utteranceIndex).toBeNull();
    expect(episode.trainedSeats).toEqual([0]);
  });
});

test('a listener hears the text grow and every turn that was spoken', async () => {
  const strategies: string[] = [];
  const spoken: string[] = [];
  await play(deal(), {
    table: { turnLimit: 1 },
    listener: {
      onStrategy: (turnIndex, seat, text) => strategies.push(`${turnIndex}/${seat} ${text}`),
      onTurn: (turn) => spoken.push(turn.utterance),
    },
  });
  expect(strategies.slice(0, 2)).toEqual(['0/0 keep', '0/0 keep the']);
  expect(spoken).toEqual(['i take 2 books and 2 hats , you get 3 balls']);
});

test('an episode says how many cache slots it needs: one for each speaker of each seat', () => {
  const [one, other] = [silentSpeaker(), silentSpeaker()];
  const model = (speaker: typeof one) => ({ kind: 'model', speaker, temperature: 1, isTrained: false }) as const;
  const script = { kind: 'script', speak: () => 'hmm' } as const;
  const count = (...seats: [SeatPlan<NegotiationState>, SeatPlan<NegotiationState>]) => contextCount({ seats });
  const scripted = { strategist: null, agent: script };
  expect(count(scripted, scripted)).toBe(0);
  expect(count({ strategist: model(one), agent: model(other) }, scripted)).toBe(2);
  expect(count({ strategist: model(one), agent: model(one) }, { strategist: model(one), agent: script })).toBe(2);
});
