import { beforeAll, expect, test } from 'vitest';
import { readFixture } from '../../tests/fixtureFiles.ts';
import { reciting, ScriptedDecoder, silentSpeaker } from '../../tests/scriptedDecoder.ts';
import { loadTinyModel } from '../../tests/tinyRun.ts';
import { createChatFormat, type ChatFormat } from '../policy/chatFormat.ts';
import { Tokenizer } from '../policy/tokenizer.ts';
import { openLocalChat } from './localChat.ts';

const CHATML =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
const { signal } = new AbortController();

let tokenizer: Tokenizer;
let chatFormat: ChatFormat;
beforeAll(async () => {
  const read = async (name: string) =>
    JSON.parse(new TextDecoder().decode((await readFixture(`tokenizers/smollm2/${name}`)) ?? undefined));
  const config = { ...(await read('tokenizer_config.json')), chat_template: CHATML };
  tokenizer = new Tokenizer(await read('tokenizer.json'), config);
  chatFormat = createChatFormat(config, tokenizer);
});

async function opened(decoder: ScriptedDecoder) {
  const { config } = await loadTinyModel();
  const model = { config: { ...config, contextLength: 512 }, tokenizer, chatFormat };
  return openLocalChat({ modelName: 'tiny', model, speaker: silentSpeaker(), decoder, seed: 1 });
}

const asking = (content: string, tokenLimit = 8) => ({
  messages: [
    { role: 'system', content: 'You judge.' },
    { role: 'user', content },
  ] as const,
  temperature: 0.7,
  tokenLimit,
});

test('questions that come together are answered in one batch, each in the template of the model', async () => {
  const yes = [...tokenizer.encodePlain('yes'), chatFormat.actionEnd];
  const decoder = new ScriptedDecoder(2, reciting(yes, yes));
  const chat = await opened(decoder);
  const answers = await Promise.all([chat.ask(asking('Was it fair?'), signal), chat.ask(asking('And here?'), signal)]);
  expect(answers).toEqual([
    { text: 'yes', finish: 'stop' },
    { text: 'yes', finish: 'stop' },
  ]);
  expect(decoder.steps[0]?.map(({ slot }) => slot)).toEqual(expect.arrayContaining([0, 1]));
  const prompt =
    '<|im_start|>system\nYou judge.<|im_end|>\n<|im_start|>user\nWas it fair?<|im_end|>\n<|im_start|>assistant\n';
  expect(decoder.fedTo(0).slice(0, tokenizer.encode(prompt).length)).toEqual(tokenizer.encode(prompt));
  expect(chat.usage()).toMatchObject({ requests: 2, outputTokens: 2 * yes.length });
});

test('an answer that does not end is cut at its limit and says so', async () => {
  const [word = 0] = tokenizer.encodePlain('no');
  const chat = await opened(new ScriptedDecoder(1, () => word));
  expect(await chat.ask(asking('Why?', 3), signal)).toMatchObject({ finish: 'length' });
});

test('a question that does not fit, and a model without a template, say what to do', async () => {
  const chat = await opened(new ScriptedDecoder(1, () => 0));
  await expect(chat.ask(asking('word '.repeat(600)), signal)).rejects.toThrow(/Context limit/);
  const model = await loadTinyModel(); // knows dialogues of the lab alone
  const ports = {
    modelName: 'tiny',
    model,
    speaker: silentSpeaker(),
    decoder: new ScriptedDecoder(1, () => 0),
    seed: 1,
  };
  expect(() => openLocalChat(ports)).toThrow(/instruct model/);
});

test('a batch that is aborted rejects everybody who waits, and the next question is answered', async () => {
  const yes = [...tokenizer.encodePlain('yes'), chatFormat.actionEnd];
  const chat = await opened(new ScriptedDecoder(1, reciting(yes)));
  const abort = new AbortController();
  abort.abort(new Error('stopped'));
  await expect(chat.ask(asking('Was it fair?'), abort.signal)).rejects.toThrow('stopped');
  expect(await chat.ask(asking('Was it fair?'), signal)).toMatchObject({ text: 'yes' });
});
