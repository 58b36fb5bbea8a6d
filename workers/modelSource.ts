import { AppError } from '../src/base/errors.ts';
import type { FileSource } from '../src/policy/formats/huggingFace.ts';
import type { BuiltInModelName } from '../src/record/builtInModel.ts';

/** The files of a model that ships with the lab. */
export function builtInSource(modelName: BuiltInModelName): FileSource {
  // `../models` is right for the worker's address in development (/workers/…) and in the build (/assets/…).
  return urlSource(new URL(`../models/${encodeURIComponent(modelName)}/`, self.location.href));
}

/** A model's files below a URL. @throws AppError `model-download` when the network fails */
export function urlSource(folder: URL): FileSource {
  return {
    async has(name) {
      const response = await ask(new URL(name, folder), { method: 'HEAD' });
      // Development servers answer unknown paths with the page itself.
      return response.ok && !response.headers.get('content-type')?.startsWith('text/html');
    },
    async readBytes(name) {
      const response = await ask(new URL(name, folder), {});
      if (!response.ok) throw downloadFailed(name, `The server answered ${response.status}.`);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

async function ask(url: URL, options: RequestInit): Promise<Response> {
  try {
    return await fetch(url, options);
  } catch (cause) {
    throw downloadFailed(url.pathname, cause instanceof Error ? cause.message : String(cause));
  }
}

function downloadFailed(name: string, why: string): AppError {
  return new AppError('model-download', {
    what: `The model’s file ${name} could not be loaded.`,
    why,
    fix: 'Check the connection and that the whole built folder is being served, then reload the page.',
  });
}
