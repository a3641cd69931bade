// Runs in the browser, one contestant a page: what bench.ts drives, as `window.foyer`.
import type { Contestant } from './contestant.ts';
import { type Figure, loadFigure } from './crowd.ts';
import { foyer } from './our-contestant.ts';
import { stockThree, tunedThree } from './three-contestants.ts';

const makers = {
  'foyer full': (o: Parameters<typeof stockThree>[0]) => foyer({ ...o, detail: 'full' }),
  foyer: (o: Parameters<typeof stockThree>[0]) => foyer({ ...o, detail: 'auto' }),
  'three stock': stockThree,
  'three tuned': tunedThree,
} as const;

export type ContestantName = keyof typeof makers;
export const names = Object.keys(makers) as ContestantName[];

let figure: Figure;
let contestant: Contestant;
let seconds = 0;

/** Room time that passes from frame to frame: the same for all. */
const STEP = 1 / 30;

export async function make(name: ContestantName, avatars: number, figureUrl: string): Promise<string> {
  figure ??= await loadFigure(figureUrl);
  contestant?.dispose();
  contestant?.canvas.remove();
  const canvas = document.createElement('canvas');
  canvas.width = 1280;
  canvas.height = 720;
  document.body.append(canvas);
  contestant = await makers[name]({ figure, avatars, canvas });
  seconds = 0;
  return figure.name;
}

export function size(width: number, height: number): void {
  contestant.resize(width, height);
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

/** Frames in a row that are timed together: the clock of a page has steps of 0.1 ms. */
const BATCH = 20;

/** JavaScript alone: draw calls do nothing, everything else is done. @returns milliseconds a frame, median of the batches. */
export function timeScript(batches: number): number {
  const restore = stubDraws(contestant.gl);
  const times: number[] = [];
  for (let batch = 0; batch <= batches; batch++) {
    const start = performance.now();
    for (let i = 0; i < BATCH; i++) contestant.frame((seconds += STEP));
    if (batch > 0) times.push((performance.now() - start) / BATCH); // the first warms up
    finish(); // or the queue of commands grows without end
  }
  restore();
  return times.sort((a, b) => a - b)[times.length >> 1];
}

/** Frames for the heap sampler to watch. */
export function runFrames(count: number): void {
  const restore = stubDraws(contestant.gl);
  for (let i = 0; i < count; i++) contestant.frame((seconds += STEP));
  restore();
}

function stubDraws(gl: WebGLRenderingContext | WebGL2RenderingContext): () => void {
  const owner = gl as unknown as Record<string, unknown>;
  const drawing = ['drawElements', 'drawArrays', 'drawElementsInstanced', 'drawArraysInstanced'];
  for (const name of drawing) if (name in gl) owner[name] = () => {};
  return () => {
    for (const name of drawing) delete owner[name];
  };
}

export const info = () => contestant.info();

/** The frames before a fixed time, so that poses which are not made every frame are as old as they are in a room. */
function runUpTo(at: number): void {
  for (let i = 15; i >= 0; i--) contestant.frame(at - i * STEP);
  seconds = at;
}

/** The picture at a fixed time, RGBA as base64. */
export function picture(at: number): string {
  runUpTo(at);
  const { gl } = contestant;
  const out = new Uint8Array(gl.drawingBufferWidth * gl.drawingBufferHeight * 4);
  gl.readPixels(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight, gl.RGBA, gl.UNSIGNED_BYTE, out);
  let text = '';
  for (let i = 0; i < out.length; i += 32768) text += String.fromCharCode(...out.subarray(i, i + 32768));
  return btoa(text);
}

export function png(at: number): string {
  runUpTo(at);
  return contestant.canvas.toDataURL();
}
