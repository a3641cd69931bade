// Runs in the browser, one contestant a page: what bench.ts drives, as `window.foyer`.

import { readPixels } from '../../read-pixels.ts';
import { tunedBabylon } from './contestants/babylon-contestant.ts';
import type { Contestant } from './contestants/contestant.ts';
import { fillFloor, vertexFloor } from './contestants/floor-contestants.ts';
import { foyer } from './contestants/our-contestant.ts';
import { tunedPlayCanvas } from './contestants/playcanvas-contestant.ts';
import { stockThree, tunedThree } from './contestants/three-contestants.ts';
import { type Arena, type Figure, loadFigure } from './crowd.ts';
import { replaceDraws } from './replace-draws.ts';

const makers = {
  'foyer full': (o: Parameters<typeof stockThree>[0]) => foyer({ ...o, detail: 'full' }),
  'foyer whole': (o: Parameters<typeof stockThree>[0]) => foyer({ ...o, detail: 'whole' }),
  foyer: (o: Parameters<typeof stockThree>[0]) => foyer({ ...o, detail: 'auto' }),
  'foyer impostors': (o: Parameters<typeof stockThree>[0]) => foyer({ ...o, detail: 'impostors' }),
  'three stock': stockThree,
  'three tuned': tunedThree,
  'playcanvas tuned': tunedPlayCanvas,
  'babylon tuned': tunedBabylon,
  'vertex floor': vertexFloor,
  'fill floor': fillFloor,
} as const;

export type ContestantName = keyof typeof makers;
export const names = Object.keys(makers) as ContestantName[];

let figure: Figure;
let contestant: Contestant;
let seconds = 0;

/** Room time that passes from frame to frame: the same for all. */
const STEP = 1 / 30;

export async function make(name: ContestantName, avatars: number, arena: Arena, figureUrl: string): Promise<string> {
  figure ??= await loadFigure(figureUrl);
  contestant?.dispose();
  contestant?.canvas.remove();
  const canvas = document.createElement('canvas');
  canvas.width = 1280;
  canvas.height = 720;
  document.body.append(canvas);
  contestant = await makers[name]({ figure, avatars, arena, canvas });
  seconds = 0;
  return figure.name;
}

export function size(width: number, height: number): void {
  contestant.resize(width, height);
}

/** Of levels of detail, in pixels; engines without them stay as they are. */
export function tolerate(pixels: number): void {
  contestant.tolerate?.(pixels);
}

export function lookAway(away: boolean): void {
  contestant.lookAway(away);
}

const pixel = new Uint8Array(4);
const finish = () => contestant.gl.readPixels(0, 0, 1, 1, contestant.gl.RGBA, contestant.gl.UNSIGNED_BYTE, pixel);

/** Finished frames for at least `ms` milliseconds and two frames. @returns milliseconds a frame. */
export function timeFrames(ms: number): number {
  contestant.frame((seconds += STEP));
  finish();
  const start = performance.now();
  let frames = 0;
  do {
    contestant.frame((seconds += STEP));
    finish();
    frames++;
  } while (performance.now() - start < ms || frames < 2);
  return (performance.now() - start) / frames;
}

/** Finished frames, so many. */
export function finishFrames(count: number): void {
  for (let i = 0; i < count; i++) {
    contestant.frame((seconds += STEP));
    finish();
  }
}

/** Frames in a row that are timed together: the clock of a page has steps of 0.1 ms. */
const BATCH = 20;

/** JavaScript alone: draw calls do nothing, everything else is done. @returns milliseconds a frame, median of the batches. */
export function timeScript(batches: number): number {
  const restore = replaceDraws(contestant.gl, () => {});
  const times: number[] = [];
  for (let batch = 0; batch <= batches; batch++) {
    const start = performance.now();
    for (let i = 0; i < BATCH; i++) contestant.frame((seconds += STEP));
    if (batch > 0) times.push((performance.now() - start) / BATCH); // the first warms up
    finish(); // or the queue of commands grows without end
  }
  restore();
  return median(times);
}

/** What a frame keeps the page from doing: drawing included, waiting for the GPU not. @returns milliseconds a frame, median. */
export function timeMainThread(frames: number): number {
  const times: number[] = [];
  for (let i = 0; i < frames; i++) {
    finish();
    const start = performance.now();
    contestant.frame((seconds += STEP));
    times.push(performance.now() - start);
  }
  finish();
  return median(times);
}

/** Milliseconds from a context that came back to a finished frame; NaN for engines that are not asked. */
export const timeRestore = async (): Promise<number> => (await contestant.restore?.()) ?? Number.NaN;

const median = (list: number[]): number => list.sort((a, b) => a - b)[list.length >> 1];

/** Frames for the heap sampler to watch. */
export function runFrames(count: number): void {
  const restore = replaceDraws(contestant.gl, () => {});
  for (let i = 0; i < count; i++) contestant.frame((seconds += STEP));
  restore();
}

/** What reaches WebGL in a frame, whatever the engine says of itself. */
export function info(): { drawCalls: number; triangles: number } {
  const counted = { drawCalls: 0, triangles: 0 };
  const restore = replaceDraws(contestant.gl, (indices, copies) => {
    counted.drawCalls++;
    counted.triangles += (indices / 3) * copies;
  });
  contestant.frame((seconds += STEP));
  restore();
  return counted;
}

/** The frames before a fixed time, so that poses which are not made every frame are as old as they are in a room. */
function runUpTo(at: number): void {
  for (let i = 15; i >= 0; i--) contestant.frame(at - i * STEP);
  seconds = at;
}

/** The picture at a fixed time, RGBA as base64. */
export function picture(at: number): string {
  runUpTo(at);
  return readPixels(contestant.gl);
}

export function png(at: number): string {
  runUpTo(at);
  return contestant.canvas.toDataURL();
}
