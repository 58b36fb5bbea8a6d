import { makeZip } from 'client-zip';
import type { NamedFile } from '../../policy/formats/huggingFace.ts';

/**
 * The files as one zip, stored rather than compressed: weights hardly shrink. Written as it is read.
 *
 * @param modifiedAtMs the date of every file inside, so that the same files give the same zip
 */
export function zipStream(files: Iterable<NamedFile>, modifiedAtMs: number): ReadableStream<Uint8Array> {
  const lastModified = new Date(modifiedAtMs);
  return makeZip(Array.from(files, ({ name, bytes }) => ({ name, input: bytes, lastModified })));
}

/** The same as bytes, where a message or a test wants them whole. */
export async function zipBytes(files: Iterable<NamedFile>, modifiedAtMs: number): Promise<Uint8Array<ArrayBuffer>> {
  // Blob parts must not be views of shared memory, which a stream of client-zip never is.
  return new Uint8Array(
    await new Response(zipStream(files, modifiedAtMs) as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
  );
}
