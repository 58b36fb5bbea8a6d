import { describe, expect, test } from 'vitest';
import { withOtherSecrets } from '../../tests/hiddenFacts.ts';
import { RandomStream } from '../base/random.ts';
import { ENVIRONMENT_NAMES } from '../record/environmentName.ts';
import { Action, Episode } from '../record/episode.ts';
import { RunConfig } from '../record/runConfig.ts';
import { Scenario, type SeatIndex } from '../record/scenario.ts';
import {
  ALL_LESSONS,
  environmentFor,
  environmentOf,
  expectEnvironmentFor,
  lessonsOf,
  type AnyLessons,
} from './registry.ts';
import { vocabularyOf } from './vocabulary.ts';

const all = ENVIRONMENT_NAMES.map((name) => [name, lessonsOf(name)] as const);
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

interface Moment {
  readonly state: unknown;
  readonly seat: SeatIndex;
  readonly utterance: string;
  readonly action: Action;
}

/** Every turn of some episodes between rule-made players who now and then talk nonsense. */
function* momentsOf({ environment, ...lessons }: AnyLessons, episodes: number): Generator<Moment> {
  for (let index = 0; index < episodes; index++) {
    const random = new RandomStream(11, environment.name, index);
    let state = environment.start(environment.sampleScenario(random, 'train'), environment.turnLimit);
    for (let seat = environment.seatToMove(state); seat !== null; seat = environment.seatToMove(state)) {
      const said = () =>
        random.uniform() < 0.1
          ? lessons.noise(state, random)
          : lessons.utterance(lessons.drawStrategy(state, random), state, random);
      const utterance = seat === 1 && environment.worldReply ? environment.worldReply(state) : said();
      const action = environment.readAction(state, utterance);
      yield { state, seat, utterance, action };
      state = environment.step(state, action);
    }
  }
}

test('every name has its environment, under that name, and no two share a label', () => {
  expect(ALL_LESSONS.map(({ environment }) => environment.name)).toEqual([...ENVIRONMENT_NAMES]);
  expect(new Set(ALL_LESSONS.map(({ environment }) => environment.description.label)).size).toBe(ALL_LESSONS.length);
});

describe.each(all)('%s', (name, lessons) => {
  const { environment } = lessons;
  const { description } = environment;

  test('scenarios come back from storage as they were, in the record’s form and in their own', () => {
    for (const split of ['train', 'validation', 'test'] as const) {
      for (const scenario of environment.scenarios(split).slice(0, 150)) {
        const saved = throughJson(scenario);
        expect(Scenario.parse(saved)).toEqual(scenario);
        expect(environment.scenarioSchema.parse(saved)).toEqual(scenario);
        expect(environmentFor(Scenario.parse(saved))?.name).toBe(name);
      }
    }
  });

  test('a scenario that was saved plays as the one that was drawn', () => {
    const random = new RandomStream(3, name);
    const drawn = environment.sampleScenario(random, 'train');
    const saved = environment.scenarioSchema.parse(throughJson(drawn));
    const [one, other] = [drawn, saved].map((scenario) => {
      const stream = new RandomStream(4, name);
      let state = environment.start(scenario, environment.turnLimit);
      const said: string[] = [];
      for (let seat = environment.seatToMove(state); seat !== null; seat = environment.seatToMove(state)) {
        const utterance =
          seat === 1 && environment.worldReply
            ? environment.worldReply(state)
            : lessons.utterance(lessons.drawStrategy(state, stream), state, stream);
        said.push(utterance);
        state = environment.step(state, environment.readAction(state, utterance));
      }
      return { said, outcome: environment.outcome(state) };
    });
    expect(other).toEqual(one);
  });

  test('a scenario of another environment, or a changed one, is not taken for one of its own', () => {
    const scenario = environment.sampleScenario(new RandomStream(5), 'train');
    expect(environmentFor({ ...scenario, environment: 'chess' })).toBeNull();
    expect(environment.scenarioSchema.safeParse({ ...scenario, environment: 'chess' }).success).toBe(false);
    expect(environment.scenarioSchema.safeParse({ ...scenario, more: 1 }).success).toBe(false);
    expect(() => expectEnvironmentFor({ ...scenario, environment: 'chess' })).toThrow('chess');
  });

  test('whatever is said becomes an action of the schema, and people can read what it does', () => {
    const kinds = new Set<string>();
    for (const { state, seat, action } of momentsOf(lessons, 60)) {
      const saved = Action.parse(throughJson(action));
      expect(environment.actionSchema.parse(saved)).toEqual(action);
      kinds.add(action.kind);
      const scenario = scenarioIn(state);
      const detail = description.detail(action, scenario);
      expect(detail === null || detail.length > 0, `${action.kind}: ${detail}`).toBe(true);
      if (action.kind === 'invalid') expect(detail).not.toBeNull();
      for (const { label, text } of description.board(state, seat)) {
        expect(label.length * text.length, `${label}: ${text}`).toBeGreaterThan(0);
        expect(text).not.toMatch(/undefined|NaN|\[object/);
      }
    }
    expect(kinds).toContain('invalid');
    expect(environment.actionSchema.safeParse({ kind: 'no such act' }).success).toBe(false);
  });

  test('its table, seats and goals have words', () => {
    for (const scenario of environment.scenarios('test').slice(0, 100)) {
      const texts = [description.table(scenario), description.seat(scenario, 0), description.seat(scenario, 1)];
      const goals = ([0, 1] as const).flatMap((seat) => description.goal(scenario, seat) ?? []);
      for (const text of [...texts, ...goals]) expect(text, text).toMatch(/^(?!.*(?:undefined|NaN|\[object)).+$/);
    }
  });

  test('what it offers for deals is there together, and values lie between 0 and 10', () => {
    expect(environment.proposalValue === undefined).toBe(environment.isProposal === undefined);
    for (const { state, seat } of momentsOf(lessons, 30)) {
      const values = [environment.offerValue?.(state, seat), environment.proposalValue?.(state, seat)];
      for (const value of values) {
        if (value === null || value === undefined) continue;
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(10);
      }
    }
  });

  const hasSecrets = withOtherSecrets(name, environment.sampleScenario(new RandomStream(1), 'train')) !== null;
  test.runIf(hasSecrets)('a seat’s view and boards do not depend on what only the other knows', () => {
    let compared = 0;
    for (let index = 0; index < 200; index++) {
      const random = new RandomStream(6, name, index);
      const scenario = environment.sampleScenario(random, 'train');
      const changed = withOtherSecrets(name, scenario);
      if (!changed) throw new Error('the other seat had secrets a line before');
      expect(environment.view(changed, 0)).toBe(environment.view(scenario, 0));
      expect(environment.view(changed, 1)).not.toBe(environment.view(scenario, 1));
      let [state, other] = [scenario, changed].map((one) => environment.start(one, environment.turnLimit));
      for (let seat = environment.seatToMove(state); seat !== null; seat = environment.seatToMove(state)) {
        if (seat === 0) {
          expect(environment.board(other, 0)).toBe(environment.board(state, 0));
          compared++;
        }
        const utterance = lessons.utterance(lessons.drawStrategy(state, random), state, random);
        // From the moment in which the other has told a private fact, the two are two situations.
        if (seat === 1 && lessons.isLeak(state, null, utterance)) break;
        const [action, same] = [environment.readAction(state, utterance), environment.readAction(other, utterance)];
        if (JSON.stringify(action) !== JSON.stringify(same)) break;
        [state, other] = [environment.step(state, action), environment.step(other, action)];
        if (environment.seatToMove(other) === null) break;
      }
    }
    expect(compared).toBeGreaterThan(200);
  });

  test('an untrained model is given words to take part with', () => {
    const { words, strategies } = vocabularyOf(lessons);
    expect(words.length).toBeGreaterThanOrEqual(12);
    expect(words.length).toBeLessThanOrEqual(500);
    for (const word of strategies) expect(words).toContain(word);
    expect(vocabularyOf(lessons)).toEqual({ words, strategies });
  });
});

test.each(['shop', 'household', 'price-bargaining', 'priority-negotiation', 'social', 'deal-or-no-deal'] as const)(
  '%s has 500 tasks or more to train on, and 100 or more that were never seen',
  (name) => {
    const { scenarios } = environmentOf(name);
    expect(new Set(scenarios('train').map(({ id }) => id)).size).toBeGreaterThanOrEqual(500);
    const seen = new Set(scenarios('train').map(({ canonicalId }) => canonicalId));
    const unseen = scenarios('test').filter(({ canonicalId }) => !seen.has(canonicalId));
    expect(new Set(unseen.map(({ id }) => id)).size).toBeGreaterThanOrEqual(100);
  },
);

describe('bare forms', () => {
  const bare = all.filter(([, { environment }]) => environment.bareForm);

  test('are there for every calibration', () => {
    expect(bare.map(([name]) => name)).toEqual(['guess-the-number', 'kuhn-poker', 'two-arms']);
  });

  test.each(bare)(
    '%s: every word can be carried out in every state, and other texts only by their own rules',
    (_, lessons) => {
      const { environment } = lessons;
      const { bareForm, worldReply } = environment;
      for (let index = 0; index < 100; index++) {
        const random = new RandomStream(8, environment.name, index);
        let state = environment.start(environment.sampleScenario(random, 'train'), environment.turnLimit);
        for (let seat = environment.seatToMove(state); seat !== null; seat = environment.seatToMove(state)) {
          let utterance: string | null | undefined = seat === 1 ? worldReply?.(state) : undefined;
          if (utterance === undefined) {
            const acts = (bareForm?.words ?? []).map((word) => environment.carryOut(state, word, random));
            acts.forEach((act, index) => {
              const action = environment.readAction(state, act ?? '');
              const word = bareForm?.words[index] ?? '';
              expect(action.kind).not.toBe('invalid');
              expect(environment.readStrategy(state, word, action)).toEqual({
                family: word,
                isApplicable: true,
                isFollowed: true,
              });
            });
            expect(environment.carryOut(state, 'pass bet', random)).toBeNull();
            utterance = random.pick(acts);
          }
          state = environment.step(state, environment.readAction(state, utterance ?? ''));
        }
      }
    },
  );

  test.each(bare)('%s: what it measures follows from the probabilities', (_, { environment }) => {
    const { bareForm } = environment;
    if (!bareForm) throw new Error('it was there a line before');
    const { words, decisions, measures } = bareForm;
    const even = measures(decisions.map(() => words.map(() => 1 / words.length)));
    const expected: Readonly<Record<string, Readonly<Record<string, number>>>> = {
      'guess-the-number': { middle: 1 / 5 },
      'kuhn-poker': { exploitability: 11 / 24 },
      'two-arms': { better: 1 / 2 },
    };
    for (const [name, value] of Object.entries(expected[environment.name] ?? {}))
      expect(even[name]).toBeCloseTo(value, 12);
    // Always the first word: the middle, the better lever, and a coward at the card table.
    const first = measures(decisions.map(() => words.map((__, index) => (index === 0 ? 1 : 0))));
    expect(Object.values(first)[0]).toBeCloseTo(1, 12);
  });
});

test('an episode of a version that knew only Deal-or-No-Deal is read as it was', () => {
  const saved = {
    episodeId: '0-0',
    updateIndex: 0,
    scenario: {
      environment: 'deal-or-no-deal',
      id: '1,2,3;1,3,1;4,3,0',
      canonicalId: '1,2,3;1,3,1;4,3,0',
      split: 'train',
      counts: [1, 2, 3],
      values: [
        [1, 3, 1],
        [4, 3, 0],
      ],
    },
    endReason: 'agreement',
    points: [6, 7],
    isParetoOptimal: true,
    trainedSeats: [0, 1],
    turns: [
      {
        turnIndex: 0,
        seat: 0,
        board: '5 none none',
        strategy: 'keep the hats',
        strategyReading: { family: 'keepOne', isApplicable: true, isFollowed: true },
        utterance: 'I take the hats.',
        action: { kind: 'insist', share: [0, 2, 0], isFinal: true },
        offerValue: null,
        reward: 6,
        rewardParts: [{ name: 'points', value: 6 }],
        returnToGo: 6,
        advantage: 1.5,
        isCritical: false,
      },
    ],
  };
  const episode = Episode.parse(throughJson(saved));
  expect(episode).toEqual(saved);
  const { description, actionSchema } = environmentOf('deal-or-no-deal');
  expect(environmentFor(episode.scenario)?.name).toBe('deal-or-no-deal');
  expect(description.goal(episode.scenario, 0)).toBe('book 1 · hat 3 · ball 1 = 10');
  const [turn] = episode.turns;
  expect(actionSchema.safeParse(turn?.action).success).toBe(true);
});

/** States keep their scenario; only this test looks into them. */
function scenarioIn(state: unknown): Scenario {
  return Scenario.parse((state as { readonly scenario: unknown }).scenario);
}

test('the config of a version that knew only Deal-or-No-Deal still means the same', () => {
  const saved = { environment: 'deal-or-no-deal', turnLimit: 10, trainedSeats: 'alternate', seed: 4 };
  expect(RunConfig.parse(saved)).toMatchObject({ ...saved, agent: 'model' });
  expect(RunConfig.safeParse({ environment: 'chess' }).success).toBe(false);
});
