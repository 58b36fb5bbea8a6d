/**
 * FNV-1a over the string's UTF-16 code units (bytes for ASCII), then murmur3's finalizer so that every bit of the
 * result depends on every bit of the text (FNV's low bits alone do not). Returns an unsigned 32-bit integer.
 * Not cryptographic: for streams of random numbers and for stable splits. `tools/base-model` has the Python twin.
 */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
