/** Returns everything in `assets` that holds bytes: array buffers and image bitmaps, each once. */
export function buffersOf(...assets: readonly unknown[]): Set<ArrayBuffer | ImageBitmap> {
  const found = new Set<ArrayBuffer | ImageBitmap>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
    } else if (typeof ImageBitmap !== 'undefined' && value instanceof ImageBitmap) found.add(value);
    else for (const member of Object.values(value)) visit(member);
  };
  for (const asset of assets) visit(asset);
  return found;
}

/**
 * Returns the exact bytes that `assets` hold in the page's memory, pictures as RGBA8. Shared bytes count once.
 * `assetBytes({ a: new Uint16Array(3), b: new Float32Array(1) }) // 10`
 */
export function assetBytes(...assets: readonly unknown[]): number {
  let bytes = 0;
  for (const buffer of buffersOf(...assets))
    bytes += 'byteLength' in buffer ? buffer.byteLength : buffer.width * buffer.height * 4;
  return bytes;
}
