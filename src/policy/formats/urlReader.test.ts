import { expect, test } from 'vitest';
import { AppError } from '../../base/errors.ts';
import { openUrl, type Fetch } from './urlReader.ts';

const URL_OF_FILE = new URL('https://example.org/model/model.safetensors?download=true');
const FILE = Uint8Array.from({ length: 300 }, (_, index) => index % 251);

/** A server with range requests (RFC 9110), whose answers a test may spoil. */
function serverOf(
  bytes: Uint8Array<ArrayBuffer>,
  spoil: (answer: Response, begin: number) => Response = (answer) => answer,
): Fetch {
  return async (_, { headers }) => {
    const range = new Headers(headers).get('range') ?? '';
    const [, first = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    const part = bytes.slice(Number(first), Number(last) + 1);
    const contentRange = `bytes ${first}-${last}/${bytes.length}`;
    return spoil(new Response(part, { status: 206, headers: { 'content-range': contentRange } }), Number(first));
  };
}

const whyOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof AppError ? `${error.code}: ${error.why}` : error),
  );

test('size and parts', async () => {
  const file = await openUrl(URL_OF_FILE, serverOf(FILE));
  expect(file.sizeBytes).toBe(300);
  expect(await file.read(250, 300)).toEqual(FILE.slice(250));
  expect(await file.read(7, 7)).toEqual(new Uint8Array(0));
});

test('a server without ranges, a refusal, and no network at all', async () => {
  expect(await whyOf(openUrl(URL_OF_FILE, async () => new Response(FILE)))).toMatch(/model-download: .*200.*parts/);
  expect(await whyOf(openUrl(URL_OF_FILE, async () => new Response(null, { status: 403 })))).toMatch(/403/);
  const offline = () => Promise.reject(new TypeError('Failed to fetch'));
  expect(await whyOf(openUrl(URL_OF_FILE, offline))).toBe('model-download: Failed to fetch');
});

test('answers that are cut, shifted, or of another file are no data', async () => {
  const reading = async (spoil: (answer: Response, begin: number) => Response) => {
    const file = await openUrl(
      URL_OF_FILE,
      serverOf(FILE, (answer, begin) => (begin === 0 ? answer : spoil(answer, begin))),
    );
    return whyOf(file.read(100, 200));
  };
  const saying = (headers: Record<string, string>, body = FILE.slice(100, 200)) =>
    new Response(body, { status: 206, headers });
  expect(await reading((answer) => saying(Object.fromEntries(answer.headers), FILE.slice(100, 150)))).toMatch(
    /50 arrived/,
  );
  expect(await reading(() => saying({ 'content-range': 'bytes 0-99/300' }))).toMatch(/instead of bytes 100 to 199/);
  expect(await reading(() => saying({ 'content-range': 'bytes 100-199/999' }))).toMatch(/instead of/); // replaced meanwhile
  expect(await reading(() => new Response(null, { status: 416 }))).toMatch(/416/);
});
