import { RandomStream } from '../../base/random.ts';
import { playLesson } from '../../environment/lessons.ts';
import type { AnyLessons } from '../../environment/registry.ts';
import { LEAVE, PASS } from '../../environment/sotopia/action.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { Manner } from './scene.ts';

const LESSONS_TO_HEAR = 40;
const MOST_PER_KIND = 2;
const MOST_EXAMPLES = 20;
/** Acts that end the episode without anything being agreed. */
const LEAVING = ['walk-away', 'leave'];

/** Where any words will do, examples would only narrow them. */
const FREE_SPEECH: Readonly<Record<string, Manner>> = { sotopia: { examples: [], leave: LEAVE, pass: PASS } };

/**
 * How one speaks in an environment whose rules read sentences of certain kinds only: what its own players say in training
 * scenarios, the shortest of each kind of act. The same for every scenario, so that nothing of the one at hand is in it.
 */
export function mannerOf(lessons: AnyLessons, seat: SeatIndex): Manner {
  const free = FREE_SPEECH[lessons.environment.name];
  if (free) return free;
  const byKind = new Map<string, string[]>();
  for (const { kind, utterance, speaker } of actsHeard(lessons)) {
    // Leaving is rare, and the same for everybody.
    if (speaker !== seat && !LEAVING.includes(kind)) continue;
    const said = byKind.get(kind) ?? [];
    if (!said.includes(utterance)) byKind.set(kind, [...said, utterance].toSorted(byLength).slice(0, MOST_PER_KIND));
  }
  const leaving = LEAVING.flatMap((kind) => byKind.get(kind) ?? []);
  const others = [...byKind].filter(([kind]) => !LEAVING.includes(kind)).map(([, said]) => said);
  // One of each kind before a second of any.
  const examples = Array.from({ length: MOST_PER_KIND }, (_, place) => others.map((said) => said[place])).flat();
  const some = examples.filter((example) => example !== undefined).slice(0, MOST_EXAMPLES);
  return { examples: some, leave: leaving[0] ?? null, pass: null };
}

const byLength = (first: string, second: string) => first.length - second.length;

/** What players said in lessons, as the rules read it. */
function* actsHeard(lessons: AnyLessons): Generator<{ kind: string; utterance: string; speaker: SeatIndex }> {
  const { environment } = lessons;
  for (let index = 0; index < LESSONS_TO_HEAR; index++) {
    const random = new RandomStream(1, 'manner', environment.name, index);
    const scenario = environment.sampleScenario(random, 'train');
    const { contexts } = playLesson(lessons, scenario, random);
    const noise = new Set(contexts.flat().flatMap(({ role, text }) => (role === 'noise' ? [text] : [])));
    // Both sides of the dialogue stand in either context, in order: replay it to know the state of each act.
    let state = environment.start(scenario, environment.turnLimit);
    for (const { role, text } of contexts[0] ?? []) {
      if (role !== 'utterance' && role !== 'noise' && role !== 'partner') continue;
      const speaker = environment.seatToMove(state);
      if (speaker === null) break;
      const action = environment.readAction(state, text);
      if (action.kind !== 'invalid' && !noise.has(text)) yield { kind: action.kind, utterance: text, speaker };
      state = environment.step(state, action);
    }
  }
}
