import { useEffect, useState } from 'react';
import { z } from 'zod';

/** The part of a Hugging Face tokenizer file that says which text an id stands for. */
const TokenizerFile = z.object({
  /** Pieces of byte-level models are bytes in disguise. */
  decoder: z.object({ type: z.string() }).nullish(),
  added_tokens: z.array(z.object({ id: z.int(), content: z.string() })),
  model: z.object({ vocab: z.record(z.string(), z.int()) }),
});

export type Vocabulary = ReadonlyMap<number, string>;

const NO_WORDS: Vocabulary = new Map();

/** The texts of a model's tokens, for reading only. Empty until they are loaded, or when they cannot be. */
export function useVocabulary(modelName: string | null): Vocabulary {
  const [loaded, setLoaded] = useState<{ modelName: string; vocabulary: Vocabulary } | null>(null);
  useEffect(() => {
    if (modelName === null) return;
    const abort = new AbortController();
    loadVocabulary(modelName, abort.signal).then(
      (vocabulary) => setLoaded({ modelName, vocabulary }),
      () => undefined, // the ids are shown instead
    );
    return () => abort.abort();
  }, [modelName]);
  return loaded && loaded.modelName === modelName ? loaded.vocabulary : NO_WORDS;
}

async function loadVocabulary(modelName: string, signal: AbortSignal): Promise<Vocabulary> {
  const url = new URL(`models/${encodeURIComponent(modelName)}/tokenizer.json`, document.baseURI);
  return readVocabulary(await (await fetch(url, { signal })).json());
}

export function readVocabulary(file: unknown): Vocabulary {
  const { added_tokens: added, model, decoder } = TokenizerFile.parse(file);
  const textOf = decoder?.type === 'ByteLevel' ? bytesAsText : (piece: string) => piece;
  const words = Object.entries(model.vocab).map(([piece, id]): [number, string] => [id, textOf(piece)]);
  return new Map([...words, ...added.map(({ id, content }): [number, string] => [id, content])]);
}

/** A token as it stands alone: a space in front of it would not be seen. */
export function tokenText(vocabulary: Vocabulary, tokenId: number): string {
  const text = vocabulary.get(tokenId);
  if (text === undefined) return `#${tokenId}`;
  return text.replace(/^ /, '␣').replaceAll('\n', '↵');
}

/**
 * The disguise of byte-level pieces (GPT-2, `bytes_to_unicode`): bytes that are printable in Latin-1 stand for themselves, the
 * others, in order, for the characters from U+0100 on.
 */
const BYTE_OF: ReadonlyMap<string, number> = (() => {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const isPrintable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  const hidden = bytes.filter((byte) => !isPrintable(byte));
  return new Map(
    bytes.map((byte) => [String.fromCharCode(isPrintable(byte) ? byte : 256 + hidden.indexOf(byte)), byte]),
  );
})();

/** Bytes that are only a part of a character come out as `�`. */
function bytesAsText(piece: string): string {
  const bytes = Array.from(piece, (character) => BYTE_OF.get(character));
  if (bytes.some((byte) => byte === undefined)) return piece; // not in disguise: an added token
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte ?? 0));
}
