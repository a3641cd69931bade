/** Everything in `assets` that holds bytes of its own: array buffers and image bitmaps, once each however often they are met. */
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
 * Exact bytes that `assets` hold in the page's memory, pictures as RGBA8. What two of them share counts once.
 * `assetBytes({ a: new Uint16Array(3), b: new Float32Array(1) }) // 10`
 */
export function assetBytes(...assets: readonly unknown[]): number {
  let bytes = 0;
  for (const buffer of buffersOf(...assets))
    bytes += 'byteLength' in buffer ? buffer.byteLength : buffer.width * buffer.height * 4;
  return bytes;
}
