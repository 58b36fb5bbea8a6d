import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { SegmentRole } from '../../src/environment/lessons.ts';
import type { ChatFormat } from '../../src/policy/chatFormat.ts';
import type { LoadedCheckpoint } from '../../src/policy/formats/huggingFace.ts';
import { usage, type Command, type Terminal } from '../arguments.ts';
import { loadModel, MODEL_HELP } from '../loadModel.ts';

export const tokenizeCommand: Command = {
  name: 'tokenize',
  summary: 'Turns text, or a whole corpus, into token ids with the model’s own tokenizer, adding nothing.',
  options: {
    model: { value: 'MODEL', help: MODEL_HELP, fallback: 'builtin' },
    text: { value: 'TEXT', help: 'the text' },
    corpus: { value: 'FILE', help: 'or a file of `corpus`: counts what does not come back, and digests all ids' },
  },
  async run(options, terminal) {
    const [text, corpus] = [options.optional('text'), options.optional('corpus')];
    if (text === null && corpus === null)
      throw usage('There is nothing to tokenize.', 'Add --text TEXT or --corpus FILE.');
    const { model } = await loadModel(options.text('model'));
    if (corpus !== null) return tokenizeCorpus(model, corpus, terminal);
    const ids = model.tokenizer.encode(text ?? '');
    return {
      text,
      ids,
      tokens: ids.map((id) => model.tokenizer.tokenText(id)),
      decoded: model.tokenizer.decode(ids),
    };
  },
};

const Role = z.enum(['view', 'board', 'strategy', 'given-strategy', 'utterance', 'noise', 'partner']);
const Line = z.tuple([z.string(), z.array(z.tuple([Role, z.string()]))]);

/** Every context as the lab would feed it. The digest is SHA-256 over all ids as 16-bit numbers, low byte first. */
async function tokenizeCorpus({ tokenizer, chatFormat }: LoadedCheckpoint, path: string, terminal: Terminal) {
  const digest = createHash('sha256');
  const counts = { contexts: 0, segments: 0, tokens: 0, changed: 0 };
  let firstIds: number[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const parsed = Line.safeParse(JSON.parse(line));
    if (!parsed.success) throw usage(`${path} is no corpus.`, 'Make one with `npm run parley -- corpus --out FILE`.');
    const [, segments] = parsed.data;
    const pieces = segments.map(([role, text]) => piece(chatFormat, role, text));
    const ids = pieces.flat();
    digest.update(Uint16Array.from(ids));
    if (counts.contexts === 0) firstIds = ids;
    counts.contexts++;
    counts.segments += segments.length;
    counts.tokens += ids.length;
    counts.changed += segments.filter(([, text], index) => tokenizer.decode(pieces[index] ?? []) !== text).length;
    if (counts.contexts % 1000 === 0) terminal.progress(0, `${counts.contexts} contexts`);
  }
  return { corpus: path, ...counts, sha256: digest.digest('hex'), firstIds };
}

function piece(format: ChatFormat, role: SegmentRole, text: string): readonly number[] {
  if (role === 'view') return format.openView(text);
  if (role === 'board') return format.openOwnTurn(text);
  if (role === 'partner') return format.partnerTurn(text);
  return role === 'strategy' || role === 'given-strategy' ? format.strategy(text) : format.action(text);
}
