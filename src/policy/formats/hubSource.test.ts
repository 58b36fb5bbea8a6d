import { expect, test } from 'vitest';
import { readFixture } from '../../../tests/fixtureFiles.ts';
import { loadCheckpoint } from './huggingFace.ts';
import { hubSource } from './hubSource.ts';
import type { Fetch } from './urlReader.ts';

/** The Hub's addresses with the files of a fixture behind them; writes down what was asked. */
function hubOf(folder: string, asked: { url: string; authorization: string | null }[]): Fetch {
  return async (url, options) => {
    const headers = new Headers(options.headers);
    asked.push({ url: url.href, authorization: headers.get('authorization') });
    const name = url.pathname.split('/').at(-1) ?? '';
    const bytes = await readFixture(`${folder}/${name}`);
    if (!bytes) return new Response('Entry not found', { status: 404 });
    const [, first = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(headers.get('range') ?? '') ?? [];
    const part = bytes.slice(Number(first), Number(last) + 1);
    const range = `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`;
    return new Response(part, { status: 206, headers: { 'content-range': range } });
  };
}

test('a whole model, in shards, by id and revision from a mirror, with the token in the header alone', async () => {
  const asked: { url: string; authorization: string | null }[] = [];
  const model = { id: 'someone/tiny.model', revision: 'refs/pr/1', mirror: 'https://mirror.example/', token: 'secret' };
  const { config, weights } = await loadCheckpoint(hubSource(model, hubOf('tiny-qwen2', asked)));
  expect(config.attentionVariant).toBe('biased');
  expect(weights.size).toBeGreaterThan(20);
  expect(asked[0]?.url).toBe('https://mirror.example/someone/tiny.model/resolve/refs/pr/1/config.json');
  expect(asked.every(({ url, authorization }) => authorization === 'Bearer secret' && !url.includes('secret'))).toBe(
    true,
  );
});

test('closed models, missing files and names that are none', async () => {
  const closed: Fetch = async () => new Response(null, { status: 403 });
  await expect(hubSource({ id: 'a/b' }, closed).has('config.json')).rejects.toThrow(/access token/);
  expect(await hubSource({ id: 'a/b' }, hubOf('tiny-qwen2', [])).has('nothing.json')).toBe(false);
  const offline: Fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  await expect(hubSource({ id: 'a/b' }, offline).has('config.json')).rejects.toThrow(
    /huggingface.co could not be reached/,
  );
  for (const id of ['tiny', '../etc/passwd', 'a/b/c', 'a/..', 'a b/c', '']) {
    expect(() => hubSource({ id }, closed), id).toThrow(/no model of the Hub/);
  }
  expect(() => hubSource({ id: 'a/b', revision: 'x/../../y' }, closed)).toThrow(/no model of the Hub/);
});
