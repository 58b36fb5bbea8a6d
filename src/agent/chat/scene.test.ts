import { describe, expect, test, vi } from 'vitest';
import { scriptedChat } from '../../../tests/chat/scriptedChat.ts';
import { withOtherSecrets } from '../../../tests/hiddenFacts.ts';
import { RandomStream } from '../../base/random.ts';
import { lessonsOf } from '../../environment/registry.ts';
import { ENVIRONMENT_NAMES } from '../../record/environmentName.ts';
import type { EnvironmentName } from '../../record/environmentName.ts';
import type { Scenario } from '../../record/scenario.ts';
import { actByChat } from './chatAgent.ts';
import { mannerOf } from './manner.ts';
import { agentMessages } from './prompts.ts';
import { checkBy, sceneOf, seatBrief } from './scene.ts';
import type { PastTurn } from './scene.ts';

vi.setConfig({ testTimeout: 60_000 });
const NOBODY = new AbortController().signal;

/** Each is heard once: they are the same for all scenarios. */
const manners = new Map(ENVIRONMENT_NAMES.map((name) => [name, mannerOf(lessonsOf(name), 0)]));
const mannerIn = (name: EnvironmentName) => manners.get(name) ?? { examples: [], leave: null, pass: null };

/** A world that is left by buying, or when the task is done, and two games of fixed length. */
const CANNOT_LEAVE: readonly EnvironmentName[] = ['shop', 'household', 'kuhn-poker', 'two-arms'];
/** What a seat may say there at any time. */
const wordsIn = (name: EnvironmentName) => (name === 'sotopia' ? ['I would like that.'] : mannerIn(name).examples);

/** Plays an episode in which seat 0 is a chat model that says `say`, and collects what it was told. */
async function playChat(
  name: EnvironmentName,
  scenario: Scenario,
  say: (random: RandomStream) => string,
  seed: number,
) {
  const lessons = lessonsOf(name);
  const { environment } = lessons;
  const manner = mannerIn(name);
  const brief = seatBrief(environment, scenario, 0);
  const history: PastTurn[] = [];
  const told: string[] = [];
  const random = new RandomStream(seed, 'chat', name);
  let state = environment.start(scenario, environment.turnLimit);
  let invalid = 0;
  for (let seat = environment.seatToMove(state); seat !== null; seat = environment.seatToMove(state)) {
    let utterance: string;
    if (seat === 0) {
      const advice = { kind: 'strategy', text: 'my own advice' } as const;
      const scene = sceneOf(environment, state, seat, { brief, manner, history, advice });
      const words = say(random);
      const reply = scene.brief.form === 'task' ? words : JSON.stringify({ action_type: 'speak', argument: words });
      const ask = scriptedChat(reply);
      const act = await actByChat(ask, scene, { temperature: 0, tokenLimit: 50 }, checkBy(environment, state), NOBODY);
      told.push(...ask.asked.map(({ messages }) => JSON.stringify(messages)));
      utterance = act.utterance;
      if (act.invalidReason !== null) invalid++;
      history.push({ by: 'self', strategy: advice.text, utterance });
    } else {
      // The other side says what depends on nothing hidden, so that only the prompts can tell two worlds apart.
      utterance = environment.worldReply?.(state) ?? 'hello';
      history.push({ by: 'partner', utterance });
    }
    state = environment.step(state, environment.readAction(state, utterance));
  }
  return { told, invalid, manner };
}

describe.each(ENVIRONMENT_NAMES)('a chat agent in %s', (name) => {
  const { environment } = lessonsOf(name);

  test('is told how one speaks there, in sentences that the rules read', () => {
    const { examples, leave } = mannerIn(name);
    // In SOTOPIA any words will do.
    if (name !== 'sotopia') expect(examples.length).toBeGreaterThan(1);
    expect(new Set(examples).size).toBe(examples.length);
    expect(leave === null, 'nobody can leave').toBe(CANNOT_LEAVE.includes(name));
  });

  test('plays to the end, and what the rules cannot read is an invalid turn', async () => {
    const scenario = environment.sampleScenario(new RandomStream(3, 'scenario', name), 'train');
    const played = await playChat(name, scenario, (random) => random.pick(wordsIn(name)), 1);
    expect(played.told.length).toBeGreaterThan(0);
    expect(played.told.every((messages) => messages.includes('my own advice'))).toBe(true);
  });

  test('is told nothing that only the other seat knows', async () => {
    let compared = 0;
    for (let index = 0; index < 5; index++) {
      const scenario = environment.sampleScenario(new RandomStream(index, 'leak', name), 'test');
      const other = withOtherSecrets(name, scenario);
      if (!other) continue;
      const [one, two] = await Promise.all(
        [scenario, other].map((world) => playChat(name, world, (random) => random.pick(wordsIn(name)), index)),
      );
      expect(one?.told).toEqual(two?.told);
      compared++;
    }
    const hasSecrets = withOtherSecrets(name, environment.sampleScenario(new RandomStream(0, 'leak', name), 'test'));
    if (hasSecrets) expect(compared).toBe(5);
  });
});

test('an advised seat’s prompt holds its own brief, and not the partner’s', () => {
  const { environment } = lessonsOf('deal-or-no-deal');
  const scenario = environment.sampleScenario(new RandomStream(5, 'brief'), 'train');
  const known = { manner: { examples: [], leave: null, pass: null }, history: [], advice: { kind: 'none' } as const };
  const state = environment.start(scenario, 10);
  const [own = '', other = ''] = ([0, 1] as const).map((seat) => environment.description.goal(scenario, seat) ?? '');
  const text = JSON.stringify(
    agentMessages(sceneOf(environment, state, 0, { ...known, brief: seatBrief(environment, scenario, 0) })),
  );
  expect(own).not.toBe(other);
  expect(text).toContain(own);
  expect(text).not.toContain(other);
});
