// Runs in the browser: the crowd of the bench, as `window.foyer`.
import type { Contestant } from '../../../bench/render/contestants/contestant.ts';
import { foyer } from '../../../bench/render/contestants/our-contestant.ts';
import { syntheticFigure } from '../../../bench/render/figure.ts';
import { replaceDraws } from '../../../bench/render/replace-draws.ts';
import { readPixels } from '../../../read-pixels.ts';

let crowd: Contestant;
let seconds = 0;
const STEP = 1 / 30;

export async function make(avatars: number, detail: 'full' | 'auto', width: number, height: number): Promise<void> {
  crowd?.dispose();
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  document.body.replaceChildren(canvas);
  crowd = await foyer({ figure: syntheticFigure(), avatars, arena: 'hall', canvas, detail });
  crowd.resize(width, height);
  seconds = 0;
  frames(3);
}

export function lookAway(away: boolean): void {
  crowd.lookAway(away);
}

export function frames(count: number): void {
  for (let i = 0; i < count; i++) crowd.frame((seconds += STEP));
  crowd.gl.readPixels(0, 0, 1, 1, crowd.gl.RGBA, crowd.gl.UNSIGNED_BYTE, new Uint8Array(4));
}

/** Frames for the heap sampler to watch: nothing is drawn, all else is done. */
export function runFrames(count: number): void {
  const restore = replaceDraws(crowd.gl, () => {});
  for (let i = 0; i < count; i++) crowd.frame((seconds += STEP));
  restore();
}

/** What reaches WebGL in one frame: every call, and those that draw. */
export function count(): { calls: number; draws: number; triangles: number } {
  const counted = { calls: 0, draws: 0, triangles: 0 };
  const owners = [crowd.gl, crowd.gl.getExtension('ANGLE_instanced_arrays'), crowd.gl.getExtension('OES_vertex_array_object')];
  const restore: (() => void)[] = [];
  for (const owner of owners as unknown as Record<string, unknown>[]) {
    for (const name in owner) {
      const original = owner[name];
      if (typeof original !== 'function') continue;
      owner[name] = (...args: number[]) => {
        counted.calls++;
        if (name.startsWith('draw')) {
          counted.draws++;
          counted.triangles += (args[1] / 3) * (name.includes('Instanced') ? args[4] : 1);
        }
        return original.apply(owner, args);
      };
      restore.push(() => delete owner[name]);
    }
  }
  crowd.frame((seconds += STEP));
  for (const back of restore) back();
  return counted;
}

/** The picture at a moment later than all that was shown, RGBA as base64. */
export function picture(): string {
  for (let i = 15; i >= 0; i--) crowd.frame(100 - i * STEP);
  seconds = 100;
  return readPixels(crowd.gl);
}
