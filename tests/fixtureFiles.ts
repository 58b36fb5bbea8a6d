import type { FileSource } from '../src/policy/formats/huggingFace.ts';

/** Bytes of a file below tests/fixtures, in Node and in the browser that runs the GPU tests; null when it is absent. */
export async function readFixture(path: string): Promise<Uint8Array | null> {
  if (typeof document !== 'undefined') {
    const response = await fetch(`/tests/fixtures/${path}`);
    const isFound = response.ok && !response.headers.get('content-type')?.startsWith('text/html'); // the dev server's "not found"
    return isFound ? new Uint8Array(await response.arrayBuffer()) : null;
  }
  const { readFile } = await import('node:fs/promises');
  return readFile(new URL(`./fixtures/${path}`, import.meta.url)).then(
    (file) => new Uint8Array(file),
    () => null,
  );
}

/** A folder below tests/fixtures, with some files replaced or (null) taken away. */
export function fixtureFolder(folder: string, changes: Readonly<Record<string, Uint8Array | null>> = {}): FileSource {
  const read = async (name: string) => (name in changes ? (changes[name] ?? null) : readFixture(`${folder}/${name}`));
  return {
    has: async (name) => (await read(name)) !== null,
    readBytes: async (name) => {
      const bytes = await read(name);
      if (!bytes) throw new Error(`no fixture ${folder}/${name}`);
      return bytes;
    },
  };
}
