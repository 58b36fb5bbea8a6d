import { AppError } from '../../base/errors.ts';
import type { FileSource } from './fileSource.ts';
import { openUrl, type Fetch } from './urlReader.ts';

/** A model on the Hugging Face Hub, or on a mirror that has the Hub's addresses. */
export interface HubModel {
  /** `owner/name`. */
  readonly id: string;
  /** A branch, tag or commit; only a commit is the same model for ever. */
  readonly revision?: string;
  readonly mirror?: string;
  /** For models that ask for one. It goes into no address, file or message. */
  readonly token?: string | null;
}

const ID = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;
const REVISION = /^[\w-][\w./-]*$/;

/** Its files, read in parts. @throws AppError `hub-model-name` for a name that is none; reading throws `model-download` */
export function hubSource(
  { id, revision = 'main', mirror = 'https://huggingface.co', token = null }: HubModel,
  fetch: Fetch,
): FileSource {
  if (!ID.test(id) || !REVISION.test(revision) || revision.includes('..')) throw wrongName(id, revision);
  const urlOf = (name: string) =>
    new URL(`${mirror.replace(/\/+$/, '')}/${id}/resolve/${revision}/${encodeURIComponent(name)}`);
  const withToken: Fetch = (url, options) => {
    const headers = new Headers(options.headers);
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    return fetch(url, { ...options, headers });
  };
  const open = (name: string) => openUrl(urlOf(name), withToken);
  return {
    open,
    async has(name) {
      const response = await ask(urlOf(name), withToken);
      await response.body?.cancel();
      if (response.status === 404) return false;
      if (!response.ok) throw refused(id, response.status);
      return true;
    },
    async readBytes(name) {
      const file = await open(name);
      return file.read(0, file.sizeBytes);
    },
  };
}

/** The first byte, not HEAD: the Hub answers HEAD by a redirect that other origins may not follow. */
async function ask(url: URL, fetch: Fetch): Promise<Response> {
  try {
    return await fetch(url, { headers: { range: 'bytes=0-0' } });
  } catch (cause) {
    throw new AppError(
      'model-download',
      {
        what: `${url.host} could not be reached.`,
        why: cause instanceof Error ? cause.message : String(cause),
        fix: 'Check the connection and the address of the mirror, and that it is among the hosts that you allow.',
      },
      { cause },
    );
  }
}

function refused(id: string, status: number): AppError {
  const isClosed = status === 401 || status === 403;
  return new AppError('model-download', {
    what: `The model ${id} was not handed out.`,
    why: isClosed
      ? `The server asks who you are (${status}): the model is private, or its terms are not accepted.`
      : `The server answered ${status}.`,
    fix: isClosed
      ? 'Accept its terms on its page, and give an access token with the right to read it.'
      : 'Try again later, or use another mirror.',
  });
}

function wrongName(id: string, revision: string): AppError {
  return new AppError('hub-model-name', {
    what: `"${id}" at "${revision}" is no model of the Hub.`,
    why: 'A model is named OWNER/NAME; a revision is a branch, a tag or a commit.',
    fix: 'Copy the name from the top of the model’s page, for example HuggingFaceTB/SmolLM2-135M-Instruct.',
  });
}
