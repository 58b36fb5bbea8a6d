import { describe, expect, test, vi } from 'vitest';
import { obligingAgent } from '../../tests/chat/obligingChat.ts';
import { playWithoutModel } from '../../tests/dialogues.ts';
import { withOtherSecrets } from '../../tests/hiddenFacts.ts';
import { tinyModelFor } from '../../tests/tinyModelFor.ts';
import { UnigramEngine } from '../../tests/unigramEngine.ts';
import { RandomStream } from '../base/random.ts';
import { environmentOf, lessonsOf, type AnyEnvironment } from '../environment/registry.ts';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../record/environmentName.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import { TEMPERAMENT_NAMES } from '../record/temperament.ts';
import { agentModelSeat, openAgentModel } from '../training/agentModel.ts';
import { worldSeat, type SeatPlan } from '../training/seatPlan.ts';
import type { AskedAgent, Deed, Moment } from './askedAgent.ts';
import { chatSeat } from './chat/chatSeat.ts';
import { mannerOf } from './chat/manner.ts';
import type { Manner } from './chat/scene.ts';
import { literalAgent } from './literalAgent.ts';
import { personAgent } from './personAgent.ts';
import { negotiatorOf, scriptedPartnersOf } from './scriptedPartners.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Every agent that is not the engine's own model, in one form: it gets a moment, and acts. */
interface Contestant {
  readonly name: string;
  readonly act: AskedAgent<unknown>;
  /** Whether it waits for somebody outside, who may take their time. */
  readonly isAsked: boolean;
}

const manners = new Map<string, Manner>();
function mannerIn(name: EnvironmentName, seat: SeatIndex): Manner {
  const manner = manners.get(`${name} ${seat}`) ?? mannerOf(lessonsOf(name), seat);
  manners.set(`${name} ${seat}`, manner);
  return manner;
}

type Script = (state: unknown, seat: SeatIndex, random: RandomStream, strategy: string | null) => string;

function ruled(name: string, speak: Script): Contestant {
  const act: AskedAgent<unknown> = async ({ state, seat, advice, name: moment }) => ({
    utterance: speak(state, seat, new RandomStream(1, moment), advice.kind === 'strategy' ? advice.text : null),
    ownStrategy: null,
    unreadable: null,
  });
  return { name, act, isAsked: false };
}

function contestantsIn(name: EnvironmentName): readonly Contestant[] {
  const environment = environmentOf(name);
  const manner = (seat: SeatIndex) => mannerIn(name, seat);
  const says = (seat: SeatIndex, moment: string) =>
    new RandomStream(2, moment).pick([...manner(seat).examples, 'Well, I see.']);
  const chat = obligingAgent();
  return [
    ...[...scriptedPartnersOf(name)].map(([script, speak]) => ruled(script, speak)),
    ruled('script', literalAgent(environment)),
    {
      name: 'chat',
      act: chatSeat(environment, manner, () => chat.ask, { temperature: 0, tokenLimit: 50 }),
      isAsked: true,
    },
    {
      name: 'other model',
      act: async (moment, signal) => (await agentModelIn(name))(moment, signal),
      isAsked: true,
    },
    {
      name: 'person',
      act: personAgent(environment, manner, async (question, signal) => {
        signal.throwIfAborted();
        expect(structuredClone(question)).toEqual(question); // it crosses to the page
        return says(question.seat, question.name);
      }),
      isAsked: true,
    },
  ];
}

const agentModels = new Map<EnvironmentName, Promise<AskedAgent<unknown>>>();
function agentModelIn(name: EnvironmentName): Promise<AskedAgent<unknown>> {
  const opening = agentModels.get(name) ?? openAgentModelIn(name);
  agentModels.set(name, opening);
  return opening;
}
async function openAgentModelIn(name: EnvironmentName): Promise<AskedAgent<unknown>> {
  const model = await tinyModelFor(name, 1);
  const ports = { modelName: 'other', model, engine: new UnigramEngine(model.config) };
  const limits = { agentTemperature: 1, strategyTokenLimit: 4, actionTokenLimit: 8 };
  return agentModelSeat(environmentOf(name), await openAgentModel(ports, { precision: 'f32', slotCount: 2 }), limits);
}

const NOBODY = new AbortController().signal;

function momentOf(environment: AnyEnvironment, scenario: Scenario, state: unknown, seat: SeatIndex): Moment<unknown> {
  return {
    scenario,
    state,
    seat,
    history: [],
    pastBoards: [],
    advice: { kind: 'strategy', text: 'stay calm' },
    name: `${environment.name} ${scenario.id} ${seat}`,
  };
}

describe.each(ENVIRONMENT_NAMES)('in %s', (name) => {
  const environment = environmentOf(name);
  const scenario = environment.sampleScenario(new RandomStream(1, 'contract', name), 'validation');
  const contestants = contestantsIn(name);

  test.each(contestants)(
    '$name is seeded, leaves the state as it was, and what it does can be stored',
    async ({ act, isAsked }) => {
      const state = environment.start(scenario, environment.turnLimit);
      const before = JSON.stringify(state);
      const moment = momentOf(environment, scenario, state, 0);
      const deed = await act(moment, NOBODY);
      expect(JSON.stringify(state)).toBe(before);
      expect(await act(moment, NOBODY)).toEqual(deed);
      expect(JSON.parse(JSON.stringify(deed))).toEqual(deed satisfies Deed);
      expect(deed.utterance).not.toMatch(/\n/u);
      if (isAsked) await expect(act(moment, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    },
  );

  test.each(contestants)(
    '$name comes to an end with itself, in a dialogue that the rules can read',
    async ({ act }) => {
      const seat: SeatPlan<unknown> = { strategist: null, agent: { kind: 'asked', act, thinks: false } };
      const plan = {
        scenario,
        seats: [seat, worldSeat(environment) ?? seat] as const,
        seed: 1,
        coordinates: ['contract'],
      };
      const [episode, again] = await playWithoutModel(environment, [plan, plan]);
      expect(episode?.turns.length).toBeGreaterThan(0);
      expect(episode?.turns.length).toBeLessThanOrEqual(environment.turnLimit);
      expect(episode?.outcome.endReason).not.toBe('context-full');
      expect(again?.turns).toEqual(episode?.turns);
      for (const { action } of episode?.turns ?? []) expect(environment.actionSchema.parse(action)).toEqual(action);
    },
  );
});

const NEGOTIATIONS = ENVIRONMENT_NAMES.filter((name) => negotiatorOf(name, 'steady'));

describe('negotiators', () => {
  test('are there for every negotiation, of nine temperaments', () => {
    expect(NEGOTIATIONS).toEqual(['deal-or-no-deal', 'price-bargaining', 'priority-negotiation']);
    expect(TEMPERAMENT_NAMES.length).toBeGreaterThanOrEqual(8);
  });

  describe.each(NEGOTIATIONS)('in %s', (name) => {
    const environment = environmentOf(name);
    const scenarios = environment.scenarios('validation').slice(0, 24);
    const seatOf = (temperament: (typeof TEMPERAMENT_NAMES)[number]): SeatPlan<unknown> => ({
      strategist: null,
      agent: { kind: 'script', speak: negotiatorOf(name, temperament) ?? (() => '') },
    });
    const play = (first: SeatPlan<unknown>, second: SeatPlan<unknown>) =>
      playWithoutModel(
        environment,
        scenarios.map((scenario, index) => ({
          scenario,
          seats: [first, second] as const,
          seed: 1,
          coordinates: [index],
        })),
      );

    test('say nothing that the rules cannot read, whoever they meet', async () => {
      for (const temperament of TEMPERAMENT_NAMES) {
        for (const other of ['steady', 'erratic'] as const) {
          const episodes = await play(seatOf(temperament), seatOf(other));
          const unread = episodes.flatMap(({ turns }) => turns.filter(({ action }) => action.kind === 'invalid'));
          expect(unread.map(({ utterance }) => `${temperament}: ${utterance}`)).toEqual([]);
        }
      }
    });

    test('differ: against the same partner the tough one earns more when it agrees, and agrees less often than the soft one', async () => {
      const earned = async (temperament: (typeof TEMPERAMENT_NAMES)[number]) => {
        const episodes = await play(seatOf(temperament), seatOf('steady'));
        const agreed = episodes.filter(({ outcome }) => outcome.endReason === 'agreement');
        const points = agreed.reduce((sum, { outcome }) => sum + outcome.points[0], 0) / Math.max(1, agreed.length);
        return { share: agreed.length / episodes.length, points };
      };
      const [tough, soft] = [await earned('tough'), await earned('soft')];
      expect(tough.points).toBeGreaterThan(soft.points);
      expect(tough.share).toBeLessThanOrEqual(soft.share);
    });

    test('know nothing of what the other side alone knows', async () => {
      for (const scenario of scenarios.slice(0, 10)) {
        const other = withOtherSecrets(name, scenario);
        if (!other) throw new Error('the other side has secrets here');
        for (const temperament of TEMPERAMENT_NAMES) {
          const says = (world: Scenario) =>
            negotiatorOf(name, temperament)?.(
              environment.start(world, environment.turnLimit),
              0,
              new RandomStream(1, temperament),
            );
          expect(says(scenario)).toBe(says(other));
        }
      }
    });
  });
});
