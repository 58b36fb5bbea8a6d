import { describe, expect, it } from 'vitest';
import { RandomStream } from '../src/base/random.ts';
import { playLesson, type Lessons } from '../src/environment/lessons.ts';
import type { Action } from '../src/record/episode.ts';
import type { Scenario } from '../src/record/scenario.ts';

/** Hundreds of played episodes take seconds, and many times that on a busy machine. */
const PATIENCE_MS = 30_000;

/** What every environment that teaches must keep, tested on states that its own players reach. */
export function testLessons<State, Strategy extends { readonly family: string }, S extends Scenario, A extends Action>(
  lessons: Lessons<State, Strategy, S, A>,
  expected: { readonly families: number; readonly paraphrases: number; readonly episodes?: number },
): void {
  const { environment } = lessons;
  const episodes = expected.episodes ?? 150;
  const random = (...name: (string | number)[]) => new RandomStream(5, environment.name, ...name);

  /** Every state of some played episodes in which a player is to move. */
  function* statesToMove() {
    for (let index = 0; index < episodes; index++) {
      const stream = random('states', index);
      const scenario = environment.sampleScenario(stream, 'train');
      const players = [
        lessons.createPlayer(scenario, 0, stream),
        environment.worldReply ? null : lessons.createPlayer(scenario, 1, stream),
      ];
      let state = environment.start(scenario, environment.turnLimit);
      for (let turn = 0; ; turn++) {
        const seat = environment.seatToMove(state);
        if (seat === null) break;
        if (turn >= environment.turnLimit) throw new Error(`${environment.name} goes on after its turn limit`);
        const player = players[seat];
        let utterance = environment.worldReply?.(state) ?? '';
        if (player) {
          yield { state, stream: random('draws', index, turn) };
          const strategy =
            stream.uniform() < 0.3 ? lessons.drawStrategy(state, stream) : player.chooseStrategy(state, stream);
          utterance =
            stream.uniform() < 0.05 ? lessons.noise(state, stream) : lessons.utterance(strategy, state, stream);
        }
        state = environment.step(state, environment.readAction(state, utterance));
      }
      expect(environment.outcome(state), `${environment.name} is over without an outcome`).not.toBeNull();
    }
  }

  describe(`the lessons of ${environment.name}`, () => {
    it(
      'have at least 100 scenarios in every split, and no situation in two of them',
      () => {
        const homes = new Map<string, string>();
        for (const split of ['train', 'validation', 'test'] as const) {
          const scenarios = environment.scenarios(split);
          expect(scenarios.length).toBeGreaterThanOrEqual(100);
          for (const { canonicalId, split: own } of scenarios) {
            expect(own).toBe(split);
            expect(homes.get(canonicalId) ?? split, canonicalId).toBe(split);
            homes.set(canonicalId, split);
          }
        }
      },
      PATIENCE_MS,
    );

    it(
      'strategies are read back, apply where they are drawn, and their utterances carry them out',
      () => {
        const families = new Set<string>();
        for (const { state, stream } of statesToMove()) {
          for (let draw = 0; draw < 3; draw++) {
            const strategy = lessons.drawStrategy(state, stream);
            const text = lessons.strategyText(strategy, stream);
            const utterance = lessons.utterance(strategy, state, stream);
            const action = environment.readAction(state, utterance);
            const reading = environment.readStrategy(state, text, action);
            families.add(strategy.family);
            expect(action.kind, `“${utterance}” after “${text}”`).not.toBe('invalid');
            expect(reading, `“${text}” → “${utterance}”`).toEqual({
              family: strategy.family,
              isApplicable: true,
              isFollowed: true,
            });
            expect(text.split(' ').length, text).toBeLessThanOrEqual(10);
            expect(lessons.isLeak(state, text, utterance), `“${utterance}” after “${text}”`).toBe(false);
          }
        }
        expect(families.size).toBeGreaterThanOrEqual(expected.families);
      },
      PATIENCE_MS,
    );

    it(
      'a script carries out every strategy that applies from its text alone, and no other',
      () => {
        for (const { state, stream } of statesToMove()) {
          const text = lessons.strategyText(lessons.drawStrategy(state, stream), stream);
          const utterance = environment.carryOut(state, text, stream) ?? '';
          const action = environment.readAction(state, utterance);
          expect(environment.readStrategy(state, text, action).isFollowed, `“${text}” → “${utterance}”`).toBe(true);
          const misfit = lessons.drawMisfit(state, stream);
          expect(environment.carryOut(state, misfit, stream), misfit).toBeNull();
        }
      },
      PATIENCE_MS,
    );

    it(
      'have enough paraphrases of every family',
      () => {
        const texts = new Map<string, Set<string>>();
        for (const { state, stream } of statesToMove()) {
          const strategy = lessons.drawStrategy(state, stream);
          const known = texts.get(strategy.family) ?? new Set();
          texts.set(strategy.family, known);
          for (let draw = 0; draw < 40; draw++) known.add(lessons.strategyText(strategy, stream));
        }
        for (const [family, known] of texts) expect(known.size, family).toBeGreaterThanOrEqual(expected.paraphrases);
      },
      PATIENCE_MS,
    );

    it(
      'misfits do not apply, and noise is never a strategy carried out by chance in play',
      () => {
        for (const { state, stream } of statesToMove()) {
          const text = lessons.drawMisfit(state, stream);
          const action = environment.readAction(state, lessons.noise(state, stream));
          expect(environment.readStrategy(state, text, action).isApplicable, text).toBe(false);
        }
      },
      PATIENCE_MS,
    );

    it(
      'are a function of the seed and fit a context',
      () => {
        const play = () => {
          const stream = random('twice');
          return Array.from({ length: 20 }, () =>
            playLesson(lessons, environment.sampleScenario(stream, 'train'), stream),
          );
        };
        expect(play()).toEqual(play());
        for (const { contexts, points } of play()) {
          const words = Math.max(
            ...contexts.map(
              (context) =>
                context
                  .map(({ text }) => text)
                  .join(' ')
                  .split(' ').length,
            ),
          );
          expect(words).toBeLessThanOrEqual(620); // 1,024 tokens hold 800
          for (const seatPoints of points) {
            expect(seatPoints).toBeGreaterThanOrEqual(0);
            expect(seatPoints).toBeLessThanOrEqual(10);
          }
        }
      },
      PATIENCE_MS,
    );
  });
}
