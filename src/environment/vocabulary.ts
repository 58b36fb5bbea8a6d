import { RandomStream } from '../base/random.ts';
import { playLesson } from './lessons.ts';
import type { AnyLessons } from './registry.ts';

const DIALOGUES = 60;
const MOST_WORDS = 500;
/** Words and marks, as a tokenizer of whole words cuts them. */
const WORD = /[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+/gu;

/** What a model needs to know to take part: the words of the bare form where there is one, else those that players use. */
export function vocabularyOf(lessons: AnyLessons): {
  readonly words: readonly string[];
  readonly strategies: readonly string[];
} {
  const { bareForm } = lessons.environment;
  if (bareForm) return { words: [...bareForm.words, ...bareForm.vocabulary], strategies: bareForm.words };
  return { words: playedWords(lessons), strategies: [] };
}

/** The most frequent words of some rule-played dialogues, in alphabetical order. */
function playedWords(lessons: AnyLessons): readonly string[] {
  const { environment } = lessons;
  const counts = new Map<string, number>();
  for (let index = 0; index < DIALOGUES; index++) {
    const random = new RandomStream(0, 'vocabulary', environment.name, index);
    const { contexts } = playLesson(lessons, environment.sampleScenario(random, 'train'), random);
    for (const { text } of contexts.flat()) {
      for (const word of text.toLowerCase().match(WORD) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([one, often], [other, oftener]) => oftener - often || (one < other ? -1 : 1))
    .slice(0, MOST_WORDS)
    .map(([word]) => word)
    .sort();
}
