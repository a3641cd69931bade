import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Real figures with real motion, for tests. */
const root = resolve(import.meta.dirname, '../..');
const croquet = (name: string) => resolve(root, `node_modules/@croquet/microverse-library/assets/avatar-animations/${name}.glb`);
const kaykit = (name: string) => resolve(root, `../shared/assets/kaykit-characters/${name}.glb`);

export const CROQUET = ['idle', 'walking', 'running'].map(name => ({ name, path: croquet(name) }));

/** Two characters with 75 clips each. They are not part of the repository; tests skip them if they are absent. */
export const KAYKIT = ['Knight', 'Mage'].map(name => ({ name, path: kaykit(name) })).filter(f => existsSync(f.path));

/** Reads a GLB; a `.glbz` is unpacked. */
export function readFigure(path: string): Uint8Array<ArrayBuffer> {
  const bytes = readFileSync(path);
  return new Uint8Array(path.endsWith('z') ? gunzipSync(bytes) : bytes);
}

interface Json {
  readonly animations: readonly { readonly name: string }[];
}

const read = new WeakMap<Uint8Array, { readonly json: Json; readonly rest: Uint8Array }>();

/** Parses the first chunk of a GLB once, and returns it with the rest. */
function chunksOf(bytes: Uint8Array): { readonly json: Json; readonly rest: Uint8Array } {
  let chunks = read.get(bytes);
  if (!chunks) {
    const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(12, true);
    const json = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + length)));
    read.set(bytes, (chunks = { json, rest: bytes.subarray(20 + length) }));
  }
  return chunks;
}

export const animationNames = (bytes: Uint8Array): string[] => chunksOf(bytes).json.animations.map(a => a.name);

/** Returns the GLB with only animation `index`, so that `decodeAnimation`, which reads the first, can read any. */
export function withAnimationFirst(
  bytes: Uint8Array,
  index: number,
): { name: string; bytes: Uint8Array<ArrayBuffer> } | undefined {
  const { json, rest } = chunksOf(bytes);
  const animation = json.animations[index];
  if (!animation) return undefined;
  const text = new TextEncoder().encode(JSON.stringify({ ...json, animations: [animation] }));
  const padded = Math.ceil(text.length / 4) * 4;
  const out = new Uint8Array(20 + padded + rest.length);
  out.set(bytes.subarray(0, 20));
  out.fill(0x20, 20, 20 + padded).set(text, 20);
  out.set(rest, 20 + padded);
  new DataView(out.buffer).setUint32(8, out.length, true);
  new DataView(out.buffer).setUint32(12, padded, true);
  return { name: animation.name, bytes: out };
}
