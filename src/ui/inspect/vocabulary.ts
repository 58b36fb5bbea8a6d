import { useEffect, useState } from 'react';
import { z } from 'zod';

/** The part of a Hugging Face tokenizer file that says which text an id stands for. */
const TokenizerFile = z.object({
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
  const { added_tokens: added, model } = TokenizerFile.parse(file);
  const words = Object.entries(model.vocab).map(([text, id]): [number, string] => [id, text]);
  return new Map([...words, ...added.map(({ id, content }): [number, string] => [id, content])]);
}
