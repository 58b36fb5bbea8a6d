import { expect, test } from 'vitest';
import { playWithoutModel } from '../../tests/dialogues.ts';
import { mark, marked, secretMark } from '../../tests/markedSecrets.ts';
import type { ChatQuestion } from '../base/chat.ts';
import { RandomStream } from '../base/random.ts';
import { ownScenarios } from '../environment/sotopia/ownPack.ts';
import type { SotopiaScenario } from '../environment/sotopia/scenario.ts';
import { createSotopia } from '../environment/sotopia/sotopia.ts';
import type { SotopiaState } from '../environment/sotopia/state.ts';
import { otherSeat, type SeatIndex } from '../record/scenario.ts';
import { criticalMessages } from '../reward/judge/prompts.ts';
import { judgedDialogue } from '../reward/judge/judgedDialogue.ts';
import type { SeatPlan } from '../training/seatPlan.ts';
import { chatSeat } from './chat/chatSeat.ts';
import { personAgent } from './personAgent.ts';

const EPISODES = 1000;
const SEATS = [0, 1] as const;
const SCENARIOS = ownScenarios().map(marked);
const sotopia = createSotopia(() => SCENARIOS);
const MANNER = { examples: [], leave: 'left', pass: 'did nothing' };
const SAYINGS = [
  'I see.',
  'How about 40 dollars?',
  'Agreed, that is a deal.',
  'Tell me, what do you need?',
  'No, I cannot.',
];

/** What was read, by the seat that read it. */
type Reading = { readonly seat: SeatIndex; readonly text: string };

/** Says, passes or leaves at random; of its replies some cannot be read, so that it is asked again with its own words. */
function reply(random: RandomStream): string {
  const draw = random.uniform();
  if (draw < 0.05) return JSON.stringify({ action_type: 'leave', argument: '' });
  if (draw < 0.1) return JSON.stringify({ action_type: 'none', argument: '' });
  if (draw < 0.2) return 'My goal is my own business, and this is no JSON.';
  return JSON.stringify({ action_type: 'speak', argument: random.pick(SAYINGS) });
}

test('1,000 random episodes with chat agents and persons: nothing that a seat’s agent reads is the other’s', async () => {
  const readings: Reading[] = [];
  const chat = chatSeat<SotopiaState, SotopiaScenario>(
    sotopia,
    () => MANNER,
    (momentName) => async (question: ChatQuestion) => {
      // The moment's name ends with the seat and the turn.
      const seat: SeatIndex = momentName.split('/').at(-2) === '1' ? 1 : 0;
      readings.push({ seat, text: JSON.stringify(question.messages) });
      const random = new RandomStream(3, 'reply', momentName, question.messages.length);
      return { text: reply(random), finish: 'stop' };
    },
    { temperature: 0.7, tokenLimit: 100 },
  );
  const person = personAgent<SotopiaState, SotopiaScenario>(
    sotopia,
    () => MANNER,
    async ({ name, seat, scene, problem }) => {
      readings.push({ seat, text: JSON.stringify({ scene, problem }) });
      return new RandomStream(4, 'person', name, problem ? 1 : 0).pick([...SAYINGS, '']);
    },
  );
  const seatOf = (seat: SeatIndex, index: number): SeatPlan<SotopiaState> => ({
    strategist: { kind: 'script', write: () => mark('stay calm', seat) },
    // States go back to the environment that they came from, scenarios too.
    agent: { kind: 'asked', act: (index % 4 === seat ? person : chat) as never, thinks: false },
  });
  const plans = Array.from({ length: EPISODES }, (_, index) => ({
    scenario: new RandomStream(7, 'leaks', index).pick(SCENARIOS),
    seats: [seatOf(0, index), seatOf(1, index)] as const,
    seed: 5,
    coordinates: [index],
  }));
  const episodes = await playWithoutModel(sotopia, plans);

  expect(episodes).toHaveLength(EPISODES);
  expect(readings.length).toBeGreaterThan(4000);
  for (const seat of SEATS) {
    const own = readings.filter((reading) => reading.seat === seat);
    expect(own.length).toBeGreaterThan(1500);
    expect(own.filter(({ text }) => text.includes(secretMark(otherSeat(seat))))).toEqual([]);
    // The marks are there to be found: goal, secret and strategy of its own.
    expect(own.every(({ text }) => text.split(secretMark(seat)).length >= 5)).toBe(true);
  }
  for (const { scenario, turns, outcome } of episodes) {
    // Nor does anybody say or see what was only thought.
    expect(turns.map(({ utterance, board }) => utterance + board).join('\n')).not.toMatch(/zq[01]zq/u);
    for (const seat of SEATS) {
      const dialogue = judgedDialogue(sotopia as never, { scenario, turns, ...outcome }, seat);
      const asked = JSON.stringify(criticalMessages(dialogue));
      expect(asked).not.toContain(secretMark(otherSeat(seat)));
    }
  }
}, 60_000);
