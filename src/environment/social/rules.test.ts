import { describe, expect, it } from 'vitest';
import { socialLessons } from './lessons.ts';
import type { SocialScenario } from './scenario.ts';
import { socialTasks } from './socialTasks.ts';
import type { SocialState } from './state.ts';

const RIDE: SocialScenario['script'] = {
  kind: 'ride',
  object: 'airport',
  reason: 'exam',
  need: { kind: 'pay', value: '4' },
  otherWay: 3,
  helpCost: 2,
  hour: '7',
  whyCost: 1,
  peace: 5,
};
const SECRET: SocialScenario['script'] = {
  kind: 'secret',
  holder: 1,
  plan: 'party',
  day: 'friday',
  place: 'beach',
  maybe: ['gift', 'party', 'trip'],
  fact: 'day',
  planPoints: 6,
};
const DAYS_TO_MEET: SocialScenario['script'] = {
  kind: 'day',
  activity: 'lunch',
  stars: [
    [3, 2, 0, 1, 0],
    [0, 2, 3, 1, 0],
  ],
};

function scenarioOf(script: SocialScenario['script'], relation: 'friend' | 'stranger' = 'friend'): SocialScenario {
  return { environment: 'social', id: 'x', canonicalId: 'x', split: 'test', names: ['Anna', 'Ben'], relation, script };
}

function play(scenario: SocialScenario, utterances: readonly string[], turnLimit = 10): SocialState {
  return utterances.reduce(
    (state, utterance) => socialTasks.step(state, socialTasks.readAction(state, utterance)),
    socialTasks.start(scenario, turnLimit),
  );
}

function pointsAfter(scenario: SocialScenario, utterances: readonly string[], turnLimit = 10) {
  return socialTasks.outcome(play(scenario, utterances, turnLimit))?.points;
}

describe('a ride', () => {
  const beg = 'Could you drive me to the airport?';

  it('costs what was agreed and pays for the need and what goes beyond it', () => {
    const words = [beg, 'I want 5 dollars for it.', "Yes, it's a deal."];
    expect(pointsAfter(scenarioOf(RIDE), words)).toEqual([5, 9]);
    expect(socialTasks.outcome(play(scenarioOf(RIDE), words))?.endReason).toBe('agreement');
  });

  it('is worth little to the driver when the need is not met, less among strangers', () => {
    const words = [beg, 'Yes, I agree.'];
    expect(pointsAfter(scenarioOf(RIDE), words)).toEqual([10, 4]);
    expect(pointsAfter(scenarioOf(RIDE, 'stranger'), words)).toEqual([10, 2]);
  });

  it('needs the word that the driver waits for', () => {
    const nicely = scenarioOf({ ...RIDE, need: { kind: 'please', value: null } });
    expect(pointsAfter(nicely, [`${beg.slice(0, -1)}, please?`, 'Yes, I agree.'])).toEqual([10, 9]);
    expect(pointsAfter(nicely, [beg, 'Yes, I agree.'])).toEqual([10, 4]);
    const why = scenarioOf({ ...RIDE, need: { kind: 'why', value: null } });
    expect(
      pointsAfter(why, [
        beg,
        'Why do you need it?',
        "It's for my exam.",
        'So how are you today?',
        beg,
        'Sure, I agree.',
      ]),
    ).toEqual([9, 9]);
  });

  it('has another way only for who walks away in time', () => {
    expect(pointsAfter(scenarioOf(RIDE), ["Never mind, I'll find another way."])).toEqual([3, 3]);
    expect(pointsAfter(scenarioOf(RIDE, 'stranger'), [beg, 'How are you?'], 2)).toEqual([0, 5]);
  });

  it('makes rude words cost their speaker until they are taken back', () => {
    const blunt = 'Look, could you drive me to the airport?';
    const charge = 'I want 4 dollars.';
    expect(pointsAfter(scenarioOf(RIDE), [blunt, charge, 'Yes, I agree.'])).toEqual([5, 8]);
    expect(pointsAfter(scenarioOf(RIDE, 'stranger'), [blunt, charge, 'Yes, I agree.'])).toEqual([5.5, 8]);
    const sorry = "I'm so sorry for my words.";
    expect(pointsAfter(scenarioOf(RIDE), [blunt, charge, sorry, charge, 'Yes, I agree.'])).toEqual([6, 8]);
  });
});

describe('a secret', () => {
  it('pays for the right name and the fact, and costs the holder its secret', () => {
    const words = ['When is it?', "It's on Friday.", 'It must be a party.'];
    expect(pointsAfter(scenarioOf(SECRET), words)).toEqual([10, 4]);
    expect(pointsAfter(scenarioOf(SECRET), [...words.slice(0, 2), 'It must be a trip.'])).toEqual([2, 10]);
  });

  it('tells a lie, a dodge, a hint and a refusal apart', () => {
    const ask = 'What is the secret?';
    const end = 'Never mind, goodbye.';
    const after = (answer: string, next = end) => pointsAfter(scenarioOf(SECRET), [ask, answer, next]);
    expect(after('The secret is a gift.')).toEqual([0, 8]);
    expect(after('That is a long story.')).toEqual([0, 8]);
    expect(after("It's a party or a trip.")).toEqual([0, 8]);
    expect(after("I can't tell you.")).toEqual([0, 7]);
    expect(after("I can't tell you, if you don't mind.")).toEqual([0, 8]);
    const caught = [ask, 'The secret is a gift.', "That's a lie.", 'How are you?', end];
    expect(pointsAfter(scenarioOf(SECRET), caught)).toEqual([0, 5]);
    const wronged = [ask, "It's a party or a trip.", "That's a lie.", 'How are you?', 'It must be a party.'];
    expect(pointsAfter(scenarioOf(SECRET), wronged)).toEqual([5, 2]);
  });

  it('forgives one dodge, not two', () => {
    const words = [
      'Is it a party?',
      'That is a long story.',
      'Is it a trip?',
      'That is a long story.',
      'Never mind, goodbye.',
    ];
    expect(pointsAfter(scenarioOf(SECRET), words)).toEqual([0, 7]);
  });
});

describe('a day', () => {
  it('pays each seat its stars of the day', () => {
    expect(pointsAfter(scenarioOf(DAYS_TO_MEET), ['How about Monday?', 'How about Tuesday?', 'Yes, I agree.'])).toEqual(
      [7, 7],
    );
    expect(pointsAfter(scenarioOf(DAYS_TO_MEET), ['How about Monday?', 'Yes, I agree.'])).toEqual([10, 0]);
    expect(pointsAfter(scenarioOf(DAYS_TO_MEET), ['How about Monday?', 'Not like that.'], 2)).toEqual([0, 0]);
  });

  it('shows days that were told on the board, and nobody else’s stars', () => {
    const state = play(scenarioOf(DAYS_TO_MEET), ['I am free on Tuesday.']);
    expect(socialTasks.board(state, 1)).toBe(
      '5 mine none theirs none free tuesday monday 0 tuesday 2 wednesday 3 thursday 1 friday 0',
    );
    expect(socialTasks.view(state.scenario, 1)).toBe(
      'day you Ben other Anna friend lunch monday 0 tuesday 2 wednesday 3 thursday 1 friday 0',
    );
  });
});

describe('what is not clear', () => {
  it('is never a deal, and uses up the turn', () => {
    const state = play(scenarioOf(DAYS_TO_MEET), ['How about Monday?']);
    for (const text of ['yes or no', 'I agree to nothing', 'Monday deal maybe', 'okay but not Monday']) {
      expect(socialTasks.readAction(state, text).kind, text).toBe('invalid');
    }
    expect(socialTasks.readAction(state, '').kind).toBe('talk');
    const opening = socialTasks.start(scenarioOf(DAYS_TO_MEET), 10);
    expect(socialTasks.readAction(opening, 'Yes, I agree.').kind).toBe('invalid');
    const next = socialTasks.step(opening, socialTasks.readAction(opening, 'Yes, I agree.'));
    expect([socialTasks.seatToMove(next), next.table]).toEqual([1, opening.table]);
  });
});

describe('the board', () => {
  it('says again what a strategy may ask to tell', () => {
    const board = (script: SocialScenario['script'], utterances: readonly string[]) => {
      const state = play(scenarioOf(script), utterances);
      return socialTasks.board(state, utterances.length % 2 === 0 ? 0 : 1);
    };
    expect(board(RIDE, [])).toBe('5 mine none theirs none need none want airport why exam');
    expect(board(RIDE, ['What do you want in return?'])).toBe(
      '5 mine none theirs none why none asked want airport need pay 4',
    );
    expect(board(SECRET, ['What is the secret?'])).toBe(
      '5 asked plan dodged 0 told none secret party day friday place beach',
    );
  });
});

describe('what is private', () => {
  it('stays out of the other seat’s view', () => {
    const view = (script: SocialScenario['script'], seat: 0 | 1) => socialTasks.view(scenarioOf(script), seat);
    expect(view(RIDE, 0)).not.toMatch(/pay|4/);
    expect(view(RIDE, 1)).not.toMatch(/exam|cost/);
    expect(view(SECRET, 0)).not.toMatch(/friday|beach/);
    expect(view({ ...SECRET, maybe: ['gift', 'trip', 'party'] }, 1)).not.toMatch(/gift|trip/);
  });

  it('is told only when the strategy says just that', () => {
    const asked = play(scenarioOf(SECRET), ['What is the secret?']);
    const isLeak = (strategy: string | null, utterance: string) => socialLessons.isLeak(asked, strategy, utterance);
    expect(isLeak('lie and say it is a trip', "It's a trip.")).toBe(false);
    expect(isLeak('lie and say it is a trip', "It's a party.")).toBe(true);
    expect(isLeak('tell the secret', "It's a party.")).toBe(false);
    expect(isLeak('say only a party or gift', "It's a party or a gift.")).toBe(false);
    expect(isLeak('tell the day', "It's at the beach.")).toBe(true);
    expect(isLeak(null, 'The party starts on Friday.')).toBe(true);
    const meeting = socialTasks.start(scenarioOf(DAYS_TO_MEET), 10);
    expect(socialLessons.isLeak(meeting, 'say you are free on monday', 'I am free on Tuesday.')).toBe(true);
    expect(socialLessons.isLeak(meeting, 'say you are busy on tuesday', 'I am busy on Tuesday.')).toBe(false);
    expect(socialLessons.isLeak(meeting, 'propose monday', 'How about Monday?')).toBe(false);
  });
});
