/** Hashes plain data with typed arrays. */
import { createHash } from 'node:crypto';
import type { AnimationAsset } from '../../../assets/motion/animation-asset.ts';

/** Bytes that are gathered for one call of the hash: a clip has hundreds of arrays of some 100 bytes. */
const GATHERED = 1 << 16;
const gathered = new Uint8Array(GATHERED);

/** Returns the SHA-256 of plain data with typed arrays. Hashes are equal where all values are equal. */
export function contentHash(value: unknown): string {
  const hash = createHash('sha256');
  let used = 0;
  const flush = (): void => {
    if (used > 0) hash.update(gathered.subarray(0, used));
    used = 0;
  };
  // The text tells the kinds and lengths of the arrays, whose bytes come before it, in their order.
  const text = JSON.stringify(value, (_, item: unknown) => {
    if (!ArrayBuffer.isView(item)) return item;
    const bytes = new Uint8Array(item.buffer, item.byteOffset, item.byteLength);
    if (used + bytes.byteLength > GATHERED) flush();
    if (bytes.byteLength > GATHERED) hash.update(bytes);
    else {
      gathered.set(bytes, used);
      used += bytes.byteLength;
    }
    return `${item.constructor.name} ${bytes.byteLength}`;
  });
  flush();
  return hash.update(text ?? 'undefined').digest('hex');
}

/** Works like `hashOfObject` for a clip, in a fifth of the time: one with 100 tracks has 1,000 values for JSON to visit. */
export function hashOfClip(clip: AnimationAsset): string {
  let hash = known.get(clip);
  if (hash === undefined) known.set(clip, (hash = contentOfClip(clip)));
  return hash;
}

function contentOfClip({ tracks, ...clip }: AnimationAsset): string {
  const hash = createHash('sha256');
  let used = 0;
  const add = ({ buffer, byteOffset, byteLength }: Float32Array | Int16Array): void => {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    if (used + byteLength > GATHERED) {
      hash.update(gathered.subarray(0, used));
      used = 0;
    }
    if (byteLength > GATHERED) hash.update(bytes);
    else {
      gathered.set(bytes, used);
      used += byteLength;
    }
  };
  // As in `contentHash`, the text tells what the bytes are.
  const rows: (string | number)[] = [];
  for (const { target, path, interpolation, times, values } of tracks) {
    add(times);
    add(values);
    rows.push(target, path, interpolation, times.length, values.constructor.name, values.length);
  }
  hash.update(gathered.subarray(0, used));
  return hash.update(JSON.stringify([clip, rows])).digest('hex');
}

const known = new WeakMap<object, string>();

/** Works like `contentHash`, once for each object. It must not change. */
export function hashOfObject(value: object): string {
  let hash = known.get(value);
  if (hash === undefined) known.set(value, (hash = contentHash(value)));
  return hash;
}
