import type { ChatQuestion } from '../../src/base/chat.ts';
import { sha256 } from '../../src/base/sha256.ts';
import { fakeChat, speaking, type FakeChat } from './fakeChat.ts';

/** A chat model that says one of the sentences it was shown, in the form it was asked for; which one, a hash decides. */
export function obligingAgent(): FakeChat {
  return fakeChat((question) => {
    const text = textOf(question);
    const examples = [...text.matchAll(/^- (?!")(.+)$/gmu)].map(([, example = '']) => example);
    const said =
      examples[parseInt(sha256(text).slice(0, 8), 16) % Math.max(1, examples.length)] ?? 'I see what you mean.';
    return text.includes('"action_type"') ? speaking(said) : `Action: ${said}`;
  });
}

/** A judge that finds the first strategy critical, or gives it a seven. */
export function obligingJudge(): FakeChat {
  return fakeChat((question) =>
    textOf(question).includes('"scores"')
      ? '{"scores": [{"index": 1, "score": 7}], "reasoning": "It began well."}'
      : '{"indexes": [1], "reasoning": "It began well."}',
  );
}

const textOf = ({ messages }: ChatQuestion) => messages.map(({ content }) => content).join('\n');
