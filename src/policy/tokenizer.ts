import { Tokenizer as LoadedTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';

/** Four times the largest vocabulary there is. The library makes lists as long as the largest id, which may be forged. */
const LARGEST_ID = 2 ** 20;

/** The parts of `tokenizer.json` that we look at ourselves; the library reads the rest. */
const TokenizerFile = z.looseObject({
  model: z.looseObject({
    vocab: z.unknown().refine((vocabulary) => vocabulary !== undefined),
    unk_token: z.string().nullish(),
  }),
  pre_tokenizer: z.unknown(),
  added_tokens: z
    .array(
      z.looseObject({
        id: z.int().min(0).max(LARGEST_ID),
        content: z.string().min(1),
        special: z.boolean().default(false),
      }),
    )
    .default([]),
});
const TokenizerConfigFile = z.looseObject({
  unk_token: z.union([z.string(), z.looseObject({ content: z.string() })]).nullish(),
});

/** Letters, a mark, digits, spaces and line ends. */
const TRIAL = 'It’s  naïve: 12 日\n';

/** A table of tokens holds ids; a list of them (Unigram) counts them. */
function assertIds(vocabulary: unknown): void {
  if (typeof vocabulary !== 'object' || vocabulary === null || Array.isArray(vocabulary)) return;
  for (const [token, id] of Object.entries(vocabulary)) {
    if (!(Number.isInteger(id) && id >= 0 && id <= LARGEST_ID)) {
      throw unusable(`The token "${token}" has the id ${JSON.stringify(id)}, which no vocabulary is large enough for.`);
    }
  }
}

/** Text to token ids and back, as the model's own `tokenizer.json` says. No token is ever added to the text. */
export class Tokenizer {
  private readonly loaded: LoadedTokenizer;
  private readonly specialIds: ReadonlySet<number>;
  private readonly unknownId: number | undefined;
  /** Longest first, so that no special token hides in the remains of a shorter one. */
  private readonly specialTexts: readonly string[];
  /** One more than the largest id. */
  readonly vocabularySize: number;

  /** @throws AppError `tokenizer-unusable` */
  constructor(tokenizerFile: unknown, tokenizerConfig: unknown) {
    const file = TokenizerFile.safeParse(tokenizerFile);
    if (!file.success) throw unusable(z.prettifyError(file.error));
    assertIds(file.data.model.vocab);
    const config = TokenizerConfigFile.safeParse(tokenizerConfig);
    if (!config.success) throw unusable(z.prettifyError(config.error));
    const configured = config.data.unk_token;
    const unknown = file.data.model.unk_token ?? (typeof configured === 'object' ? configured?.content : configured);
    try {
      // For whole-word models the library looks for the unknown token in the configuration only.
      const exactFile = { ...file.data, pre_tokenizer: withUnicodeClasses(file.data.pre_tokenizer) };
      this.loaded = new LoadedTokenizer(exactFile, { ...config.data, unk_token: unknown });
      // The library looks at some parts only when they are used: a trial finds what is wrong with them now.
      this.loaded.decode(this.loaded.encode(TRIAL, { add_special_tokens: false }).ids.filter((id) => id !== undefined));
    } catch (cause) {
      throw unusable(cause instanceof Error ? cause.message : String(cause), cause);
    }
    const special = file.data.added_tokens.filter((token) => token.special);
    this.specialIds = new Set(special.map((token) => token.id));
    this.specialTexts = special.map((token) => token.content).sort((a, b) => b.length - a.length);
    this.unknownId = unknown == null ? undefined : this.loaded.token_to_id(unknown);
    // Not by spreading into `Math.max`: real vocabularies have more words than a call may have arguments.
    let largestId = -1;
    for (const id of this.loaded.get_vocab().values()) largestId = Math.max(largestId, id);
    this.vocabularySize = largestId + 1;
  }

  /** Special tokens spelt out in `text` become their ids: for our own templates only. */
  encode(text: string): number[] {
    if (text === '') return [];
    const ids: readonly (number | undefined)[] = this.loaded.encode(text, { add_special_tokens: false }).ids;
    // The library leaves a hole where a vocabulary has neither the word nor an unknown token.
    return ids.filter((id) => id !== undefined);
  }

  /**
   * Ids of text that somebody else wrote. Whatever it says, no special token comes out (except the one for unknown
   * words): a partner who writes "</s>" must not end our strategy. White space, line ends included, becomes one space.
   * `before` is the white space that sets the text off from a token in front of it: to byte-level models "hats" and
   * " hats" are different words.
   */
  encodePlain(text: string, before = ''): number[] {
    const plain = this.withoutSpecialTokens(text);
    const ids = plain === '' ? [] : this.encode(before + plain);
    return ids.filter((id) => id === this.unknownId || !this.specialIds.has(id));
  }

  /**
   * Ids of `before`, `text`, `after` in one piece: words of ours, which may spell special tokens, around those of somebody
   * else, which cannot. As one text, because letters on both sides of a seam may belong to one token.
   */
  encodeWithin(before: string, text: string, after: string): number[] {
    const places = this.specialTexts.flatMap((special) => {
      const at = before.lastIndexOf(special);
      return at < 0 ? [] : [at + special.length];
    });
    const lastEnd = Math.max(0, ...places);
    const starts = this.specialTexts.map((special) => after.indexOf(special)).filter((at) => at >= 0);
    const firstStart = Math.min(after.length, ...starts);
    const middle = this.encode(before.slice(lastEnd) + this.withoutSpecialTokens(text) + after.slice(0, firstStart));
    return [
      ...this.encode(before.slice(0, lastEnd)),
      ...middle.filter((id) => id === this.unknownId || !this.specialIds.has(id)),
      ...this.encode(after.slice(firstStart)),
    ];
  }

  /** The special token that `text` begins with, the longest if there are several. */
  specialAtStart(text: string): string | null {
    return this.specialTexts.find((special) => text.startsWith(special)) ?? null;
  }

  /** Text for people: special tokens are left out, and so is the space that sets off its first word. */
  decode(ids: ArrayLike<number>): string {
    const visible = Array.from(ids).filter((id) => !this.specialIds.has(id));
    return visible.length === 0 ? '' : this.loaded.decode(visible, { skip_special_tokens: true }).trim();
  }

  /** One token as it is written in the vocabulary, for display. */
  tokenText(id: number): string {
    return this.loaded.id_to_token(id) ?? `[${id}]`;
  }

  tokenId(token: string): number | undefined {
    return this.loaded.token_to_id(token);
  }

  isSpecial(id: number): boolean {
    return this.specialIds.has(id);
  }

  /** Repeats until nothing is left to remove: taking "<e>" out of "<<e>e>" leaves another one. */
  private withoutSpecialTokens(text: string): string {
    let plain = text;
    for (let previous = ''; previous !== plain;) {
      previous = plain;
      for (const special of this.specialTexts) plain = plain.replaceAll(special, '');
    }
    return plain.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  }
}

const WORD = String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d`;
const WORDS_AND_PUNCTUATION = split(`[${WORD}]+|[^${WORD}\\s]+`, 'Removed', true);
const NUMBERS = String.raw`\p{N}`;
/** GPT-2's words, as the format's "ByteLevel" cuts them. */
const BYTE_LEVEL_WORDS = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

function split(regex: string, behavior: 'Removed' | 'Isolated' | 'Contiguous', invert = false) {
  return { type: 'Split', pattern: { Regex: regex }, behavior, invert };
}

const PreTokenizer = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('Sequence'), pretokenizers: z.array(z.unknown()) }),
  z.looseObject({ type: z.literal('Whitespace') }),
  z.looseObject({ type: z.literal('Digits'), individual_digits: z.boolean().default(false) }),
  z.looseObject({
    type: z.literal('ByteLevel'),
    add_prefix_space: z.literal(false),
    use_regex: z.literal(true).default(true),
  }),
]);

/**
 * Where the library cuts with JavaScript's classes, the format means Unicode's: its "Whitespace" would cut "naïve" in three,
 * its "Digits" does not know "½", its "ByteLevel" takes U+FEFF for a space. A "Split" by the same rule is exact.
 */
function withUnicodeClasses(preTokenizer: unknown): unknown {
  const parsed = PreTokenizer.safeParse(preTokenizer);
  if (!parsed.success) return preTokenizer;
  const { data } = parsed;
  switch (data.type) {
    case 'Sequence':
      return { ...data, pretokenizers: data.pretokenizers.map(withUnicodeClasses) };
    case 'Whitespace':
      return WORDS_AND_PUNCTUATION;
    case 'Digits':
      return split(NUMBERS, data.individual_digits ? 'Isolated' : 'Contiguous');
    case 'ByteLevel':
      return {
        type: 'Sequence',
        pretokenizers: [split(BYTE_LEVEL_WORDS, 'Isolated'), { ...data, use_regex: false }],
      };
  }
}

function unusable(why: string, cause?: unknown): AppError {
  return new AppError(
    'tokenizer-unusable',
    {
      what: 'The tokenizer of this model cannot be read.',
      why,
      fix: 'Use a folder with a tokenizer.json as transformers saves it (a "fast" tokenizer) and its tokenizer_config.json.',
    },
    cause === undefined ? undefined : { cause },
  );
}
