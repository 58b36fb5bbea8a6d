/** Files of a zip whose entries are stored uncompressed, which is what the lab writes. */
export function readZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, Uint8Array>();
  let end = bytes.byteLength - 22;
  while (view.getUint32(end, true) !== 0x06054b50) end -= 1;
  let entry = view.getUint32(end + 16, true);
  for (let count = view.getUint16(end + 10, true); count > 0; count--) {
    const [method, size, nameLength, extraLength, commentLength] = [10, 24, 28, 30, 32].map((offset) =>
      offset === 24 ? view.getUint32(entry + offset, true) : view.getUint16(entry + offset, true),
    ) as [number, number, number, number, number]; // five offsets, five numbers
    if (method !== 0) throw new Error('readZip: the entry is compressed');
    const name = new TextDecoder().decode(bytes.subarray(entry + 46, entry + 46 + nameLength));
    const local = view.getUint32(entry + 42, true);
    const data = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    files.set(name, bytes.slice(data, data + size));
    entry += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}
