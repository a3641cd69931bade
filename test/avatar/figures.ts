import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Real figures with real motion to test on. */
const root = resolve(import.meta.dirname, '../..');
const croquet = (name: string) => resolve(root, `node_modules/@croquet/microverse-library/assets/avatar-animations/${name}.glb`);
const kaykit = (name: string) => resolve(root, `../shared/assets/kaykit-characters/${name}.glb`);

export const CROQUET = ['idle', 'walking', 'running'].map(name => ({ name, path: croquet(name) }));

/** Two characters with 75 clips each; not part of the repository, so tests on them are skipped where they are absent. */
export const KAYKIT = ['Knight', 'Mage'].map(name => ({ name, path: kaykit(name) })).filter(f => existsSync(f.path));

export function readFigure(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(path));
}

export function animationNames(bytes: Uint8Array): string[] {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(12, true);
  const json = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + length)));
  return json.animations.map((a: { name: string }) => a.name);
}

/** The GLB with only animation `index` of its animations, so that `decodeAnimation`, which reads the first, can read any. */
export function withAnimationFirst(
  bytes: Uint8Array,
  index: number,
): { name: string; bytes: Uint8Array<ArrayBuffer> } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(12, true);
  const json = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + length)));
  const animation = json.animations[index];
  if (!animation) return undefined;
  json.animations = [animation];
  const text = new TextEncoder().encode(JSON.stringify(json));
  const padded = Math.ceil(text.length / 4) * 4;
  const rest = bytes.subarray(20 + length);
  const out = new Uint8Array(20 + padded + rest.length);
  out.set(bytes.subarray(0, 20));
  out.fill(0x20, 20, 20 + padded).set(text, 20);
  out.set(rest, 20 + padded);
  new DataView(out.buffer).setUint32(8, out.length, true);
  new DataView(out.buffer).setUint32(12, padded, true);
  return { name: animation.name, bytes: out };
}
