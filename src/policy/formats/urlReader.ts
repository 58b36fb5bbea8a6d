import { AppError } from '../../base/errors.ts';
import type { RangeReader } from './fileSource.ts';

export type Fetch = (url: URL, options: RequestInit) => Promise<Response>;

/**
 * A file behind a URL, read by range requests (RFC 9110, section 14). Every answer is checked: a server that ignores `Range`
 * sends the whole file, and a proxy may cut an answer short.
 *
 * @throws AppError `model-download`
 */
export async function openUrl(url: URL, fetch: Fetch): Promise<RangeReader> {
  // A first range tells the size even where HEAD is forbidden or hides it (redirects to object stores).
  const probe = await requested(fetch, url, 0, 1);
  const sizeBytes = Number(/^bytes 0-0\/(\d+)$/.exec(probe.headers.get('content-range') ?? '')?.[1]);
  await probe.body?.cancel();
  if (probe.status !== 206 || !Number.isSafeInteger(sizeBytes)) {
    throw failed(url, `The server answered ${probe.status} and does not send parts of files.`, NO_RANGES);
  }
  return {
    sizeBytes,
    async read(begin, end) {
      if (begin === end) return new Uint8Array(0);
      const response = await requested(fetch, url, begin, end);
      if (response.status !== 206) throw failed(url, `The server answered ${response.status} to a request for a part.`);
      const range = response.headers.get('content-range');
      if (range !== `bytes ${begin}-${end - 1}/${sizeBytes}`) {
        throw failed(url, `The server sent "${range ?? 'no range'}" instead of bytes ${begin} to ${end - 1}.`, CHANGED);
      }
      const bytes = await bodyOf(url, response);
      if (bytes.byteLength !== end - begin) {
        throw failed(url, `Of ${end - begin} bytes, ${bytes.byteLength} arrived: the connection was cut.`);
      }
      return bytes;
    },
  };
}

async function requested(fetch: Fetch, url: URL, begin: number, end: number): Promise<Response> {
  try {
    return await fetch(url, { headers: { range: `bytes=${begin}-${end - 1}` } });
  } catch (cause) {
    throw failed(url, cause instanceof Error ? cause.message : String(cause), undefined, cause);
  }
}

async function bodyOf(url: URL, response: Response): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw failed(url, cause instanceof Error ? cause.message : String(cause), undefined, cause);
  }
}

const NO_RANGES = 'Check the address, or download the files and open them from the folder.';
const CHANGED = 'The file changed while it was read: load it again, by a fixed revision if the address can name one.';
const AGAIN = 'Check the connection and load it again.';

function failed(url: URL, why: string, fix = AGAIN, cause?: unknown): AppError {
  const name = url.pathname.split('/').at(-1) ?? '';
  return new AppError(
    'model-download',
    { what: `The model’s file ${name} could not be loaded.`, why, fix },
    cause === undefined ? undefined : { cause },
  );
}
