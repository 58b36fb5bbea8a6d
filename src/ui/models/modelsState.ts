import type { Explanation } from '../../base/errors.ts';
import type { KeptAdapter, KeptModel, ModelMessage, Unfinished } from '../../../workers/modelStoreProtocol.ts';

type Failure = Explanation & { readonly code: string };

export interface Adding {
  readonly label: string;
  /** What is on its way; null: its description is being asked for. */
  readonly file: string | null;
  readonly doneBytes: number;
  readonly totalBytes: number | null;
  readonly bytesPerSecond: number | null;
}

/** The models of this browser, as the page knows them. */
export interface ModelsState {
  /** null until the worker has answered. */
  readonly kept: readonly KeptModel[] | null;
  readonly unfinished: readonly Unfinished[];
  readonly adapters: readonly KeptAdapter[];
  readonly usageBytes: number | null;
  readonly quotaBytes: number | null;
  readonly adding: Adding | null;
  /** The last one that arrived, until another begins. */
  readonly addedName: string | null;
  readonly failure: Failure | null;
}

export const NO_MODELS: ModelsState = {
  kept: null,
  unfinished: [],
  adapters: [],
  usageBytes: null,
  quotaBytes: null,
  adding: null,
  addedName: null,
  failure: null,
};

export type ModelsNews =
  ModelMessage | { readonly kind: 'ordered'; readonly label: string } | { readonly kind: 'dismissed' };

export function applyModelsNews(state: ModelsState, news: ModelsNews): ModelsState {
  switch (news.kind) {
    case 'ordered': {
      const adding = { label: news.label, file: null, doneBytes: 0, totalBytes: null, bytesPerSecond: null };
      return { ...state, adding, failure: null, addedName: null };
    }
    case 'models.listed': {
      const { kept, unfinished, adapters, usageBytes, quotaBytes } = news;
      return { ...state, kept, unfinished, adapters, usageBytes, quotaBytes };
    }
    case 'model.progressed': {
      const { label, file, doneBytes, totalBytes, bytesPerSecond } = news;
      return { ...state, adding: { label, file, doneBytes, totalBytes, bytesPerSecond } };
    }
    case 'model.added':
      return { ...state, adding: null, addedName: news.modelName };
    case 'model.failed':
      // What somebody has cancelled needs no card.
      return { ...state, adding: null, failure: news.failure.code === 'cancelled' ? null : news.failure };
    case 'dismissed':
      return { ...state, failure: null, addedName: null };
  }
}

/** Seconds until all has arrived; null as long as nobody can know. */
export function secondsLeft({ doneBytes, totalBytes, bytesPerSecond }: Adding): number | null {
  if (totalBytes === null || !bytesPerSecond) return null;
  return (totalBytes - doneBytes) / bytesPerSecond;
}

/** Bits of a stored number, files and all: 32, 16, or what a GGUF file's blocks come to. */
export function bitsPerWeight({ model: { sizeBytes, files, parameterCount } }: KeptModel): number {
  const weights = files.filter(({ name }) => /\.(safetensors|gguf)$/.test(name));
  const bytes = weights.length > 0 ? weights.reduce((sum, file) => sum + file.sizeBytes, 0) : sizeBytes;
  return (bytes * 8) / parameterCount;
}
