import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RandomStream } from '../base/random.ts';
import { Action } from '../record/episode.ts';
import { Scenario, type SeatIndex } from '../record/scenario.ts';
import type { Environment } from './environment.ts';
import { DRILLED_DIALOGUES, playLesson, TURN_MODES, type Dialogue, type Lessons, type Segment } from './lessons.ts';

interface Count {
  readonly turn: number;
  readonly turnLimit: number;
}
interface Said extends Action {
  readonly text: string;
}
interface Word {
  readonly family: 'word' | 'hard';
  readonly word: string;
}

/** Everybody says one word per turn until the turns are used up; what was read is kept. */
function countingGame(heard: string[] = []): Environment<Count, Scenario, Said> {
  const seatOf = (turn: number): SeatIndex => (turn % 2 === 0 ? 0 : 1);
  return {
    name: 'counting',
    description: {
      label: 'Counting',
      about: 'Everybody says a word.',
      seat: () => 'speaker',
      table: () => '',
      goal: () => null,
      board: () => [],
      detail: ({ text }) => text,
    },
    scenarioSchema: Scenario,
    actionSchema: Action.and(z.looseObject({ text: z.string() })),
    turnLimit: TURNS,
    scenarios: () => [SCENARIO],
    sampleScenario: () => SCENARIO,
    start: (_scenario, turnLimit) => ({ turn: 0, turnLimit }),
    seatToMove: ({ turn, turnLimit }) => (turn < turnLimit ? seatOf(turn) : null),
    view: (_scenario, seat) => `you are ${seat}`,
    board: ({ turn }, seat) => `turn ${turn} of ${seat}`,
    readAction: (_state, text) => ({ kind: 'say', text }),
    readStrategy: () => ({ family: 'word', isApplicable: true, isFollowed: true }),
    carryOut: (_state, strategy) => strategy,
    step({ turn, turnLimit }, { text }) {
      heard.push(text);
      return { turn: turn + 1, turnLimit };
    },
    turnsLeft: ({ turn, turnLimit }) => turnLimit - turn,
    outcome: ({ turn, turnLimit }) =>
      turn < turnLimit ? null : { endReason: 'finished', points: [3, 7], isParetoOptimal: true },
    yardsticks: () => [],
  };
}

const SCENARIO: Scenario = { environment: 'counting', id: 'one', canonicalId: 'one', split: 'train' };
const TURNS = 10;

/** Each source of strategies has a word of its own, so that each can be told from what was written. */
function lessonsOf(changes: Partial<Lessons<Count, Word, Scenario, Said>> = {}) {
  const lessons: Lessons<Count, Word, Scenario, Said> = {
    environment: countingGame(),
    createPlayer: (_scenario, seat) => ({
      temperament: seat === 0 ? 'calm' : 'wild',
      chooseStrategy: () => ({ family: 'word', word: 'own' }),
    }),
    drawStrategy: () => ({ family: 'word', word: 'drawn' }),
    drawMisfit: () => 'say what cannot be said',
    strategyText: ({ word }) => `say ${word}`,
    utterance: ({ word }, { turn }) => `${word} ${turn}`,
    noise: ({ turn }) => `noise ${turn}`,
    isLeak: () => false,
    ...changes,
  };
  return lessons;
}

const play = (count: number, lessons = lessonsOf()): Dialogue[] =>
  Array.from({ length: count }, (_, index) => playLesson(lessons, SCENARIO, new RandomStream(1, 'lesson', index)));

/** Advice and what was said after it, of every turn of both players. */
function turnsOf(dialogues: readonly Dialogue[]): (readonly [advice: Segment, said: Segment])[] {
  return dialogues.flatMap(({ contexts }) =>
    contexts.flatMap((context) =>
      context.flatMap(({ role }, index) => {
        const [advice, said] = [context[index + 1], context[index + 2]];
        return role === 'board' && advice && said ? [[advice, said] as const] : [];
      }),
    ),
  );
}

/** What a turn of each mode looks like, whatever its number. */
const SHAPES = {
  own: [
    { role: 'strategy', text: 'say own' },
    { role: 'utterance', text: 'own' },
  ],
  random: [
    { role: 'given-strategy', text: 'say drawn' },
    { role: 'utterance', text: 'drawn' },
  ],
  none: [
    { role: 'given-strategy', text: '' },
    { role: 'utterance', text: 'own' },
  ],
  misfit: [
    { role: 'given-strategy', text: 'say what cannot be said' },
    { role: 'utterance', text: 'own' },
  ],
  noise: [
    { role: 'given-strategy', text: '' },
    { role: 'noise', text: 'noise' },
  ],
} as const;
type Mode = keyof typeof SHAPES;

function modeOf([advice, said]: readonly [Segment, Segment]): Mode | undefined {
  const shape = JSON.stringify([advice, { role: said.role, text: said.text.replace(/ \d+$/, '') }]);
  return (Object.keys(SHAPES) as Mode[]).find((mode) => JSON.stringify(SHAPES[mode]) === shape); // its keys are its type
}

describe('a lesson', () => {
  test('is what each seat saw: its view, then board, strategy and words of its own turns, and the other’s words', () => {
    const heard: string[] = [];
    for (const { contexts, turns } of play(30, lessonsOf({ environment: countingGame(heard) }))) {
      const said = heard.splice(0, TURNS);
      expect(turns).toBe(TURNS);
      expect(said).toHaveLength(TURNS);
      for (const seat of [0, 1] as const) {
        const [view, ...rest] = contexts[seat] ?? [];
        expect(view).toEqual({ role: 'view', text: `you are ${seat}` });
        const pieces = rest.map(({ role, text }) => [role, text] as const);
        for (let turn = 0; turn < TURNS; turn++) {
          if (turn % 2 !== seat) {
            expect(pieces.shift()).toEqual(['partner', said[turn]]);
            continue;
          }
          expect(pieces.shift()).toEqual(['board', `turn ${turn} of ${seat}`]);
          expect(pieces.shift()?.[0]).toMatch(/^(given-)?strategy$/);
          const [role, text] = pieces.shift() ?? [];
          expect(role).toMatch(/^(utterance|noise)$/);
          expect(text).toBe(said[turn]);
        }
        expect(pieces).toEqual([]);
      }
    }
  });

  test('says where it was played, by whom, and how it ended', () => {
    expect(play(1)[0]).toMatchObject({
      environment: 'counting',
      scenarioId: 'one',
      temperaments: ['calm', 'wild'],
      points: [3, 7],
      endReason: 'finished',
    });
  });

  test('has one player where the other seat is the world, which nobody is taught to be', () => {
    const world = lessonsOf({
      environment: { ...countingGame(), worldReply: ({ turn }) => `the world at ${turn}` },
    });
    for (const { contexts, temperaments, turns } of play(20, world)) {
      expect(temperaments).toEqual(['calm']);
      expect(contexts).toHaveLength(1);
      expect(turns).toBe(TURNS);
      const replies = (contexts[0] ?? []).filter(({ role }) => role === 'partner').map(({ text }) => text);
      expect(replies).toEqual([1, 3, 5, 7, 9].map((turn) => `the world at ${turn}`));
    }
  });

  test('is a function of the stream', () => {
    expect(play(20)).toEqual(play(20));
    expect(new Set(play(20).map(({ contexts }) => JSON.stringify(contexts))).size).toBeGreaterThan(10);
  });
});

describe('a turn', () => {
  const modes = turnsOf(play(2000)).map(modeOf);

  test('is of one of five modes, each with its roles in order', () => {
    expect(modes).toHaveLength(2000 * TURNS);
    expect(new Set(modes)).toEqual(new Set(Object.keys(SHAPES)));
  });

  test('comes about as often as the tables say', () => {
    // This game has no hard families to drill.
    const shareIn = (kind: keyof typeof TURN_MODES, mode: Mode) =>
      TURN_MODES[kind].find(([candidate]) => candidate === mode)?.[1] ?? 0;
    const dialogues = play(2000).map((dialogue) => turnsOf([dialogue]).map(modeOf));
    for (const mode of ['random', 'none', 'misfit', 'noise'] as const) {
      const expected =
        DRILLED_DIALOGUES * shareIn('drilled', mode) + (1 - DRILLED_DIALOGUES) * shareIn('natural', mode);
      const shares = dialogues.map((modes) => modes.filter((candidate) => candidate === mode).length / modes.length);
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
      expect(Math.abs(mean - expected), `${mode}: ${mean} instead of ${expected}`).toBeLessThan(
        4 * Math.sqrt(variance / shares.length),
      );
    }
  });

  test('is of a dialogue that is drilled, or of one that nobody meddles with', () => {
    const meddled = play(1000).filter((dialogue) => turnsOf([dialogue]).some((turn) => modeOf(turn) === 'random'));
    expect(Math.abs(meddled.length / 1000 - DRILLED_DIALOGUES)).toBeLessThan(4 * Math.sqrt(0.25 / 1000) + 0.01);
  });

  test('is drilled where there are hard families, as a strategy that was given', () => {
    let draws = 0;
    const drilled = turnsOf(
      play(
        1000,
        lessonsOf({
          hardFamilies: ['hard'],
          drawStrategy: () =>
            ++draws % 4 === 0 ? { family: 'hard', word: 'hard' } : { family: 'word', word: 'drawn' },
        }),
      ),
    );
    const shareOf = (text: string) =>
      drilled.filter(([advice]) => advice.role === 'given-strategy' && advice.text === text).length / drilled.length;
    const given = (mode: string) =>
      DRILLED_DIALOGUES * (TURN_MODES.drilled.find(([candidate]) => candidate === mode)?.[1] ?? 0);
    expect(shareOf('say hard')).toBeGreaterThan(0.9 * given('drill')); // random draws are hard, too, but seldom
    expect(shareOf('say hard') + shareOf('say drawn')).toBeCloseTo(given('drill') + given('random'), 1);
  });

  test('is any that applies where no hard one does', () => {
    const texts = turnsOf(play(300, lessonsOf({ hardFamilies: ['hard'] }))).map(([advice]) => advice.text);
    expect(new Set(texts)).toEqual(new Set(['say own', 'say drawn', 'say what cannot be said', '']));
  });

  test('teaches a strategy only where the player chose it, and never noise', () => {
    for (const [advice, said] of turnsOf(play(300))) {
      // Learned are `strategy` and `utterance`.
      if (advice.role === 'strategy') expect(advice.text).toBe('say own');
      else expect(advice.text).not.toBe('say own');
      if (said.role === 'utterance') expect(said.text).not.toMatch(/^noise/);
      else expect(said.text).toMatch(/^noise/);
    }
  });
});
