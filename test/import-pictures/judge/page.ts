// Runs in the browser: a room of one model, drawn by Foyer, and its source, drawn by stock three.js, from the same place.
import type * as THREE from 'three';
import { type OurModel, openRoom } from './our-model.ts';
import { type Clip, openPosed, openWithLoader, type PosedPart, type TheirModel } from './their-model.ts';
import { lookAt } from './view.ts';

/** Even light and Lambert's law on simple materials; or the file's own, physically based, in a world of one brightness and in the plain room. */
export type Light = 'even' | 'lambert' | 'around' | 'room';

export interface Shot {
  /** Of our clips and of theirs; undefined: at rest. */
  readonly clip?: undefined | { readonly ours: string; readonly theirs: number };
  readonly seconds: number;
  readonly light: Light;
  /** In the levels of detail that a room would choose so many times as far away; without it in the finest. */
  readonly farther?: number;
}

let ours: OurModel | undefined;
let theirs: TheirModel | undefined;

/** Opens both. @param moved - the import says that it moved or scaled the model. @returns what three found of animations. */
export async function open(
  room: string,
  model: string | readonly PosedPart[],
  moved?: 'figure' | 'thing',
): Promise<{ clips: readonly Clip[] }> {
  close();
  ours = await openRoom(room);
  theirs = typeof model === 'string' ? await openWithLoader(model) : await openPosed(model);
  if (moved) theirs.place(moved === 'figure');
  return { clips: theirs.clips };
}

/** Counts the triangles that three draws of a file. @throws where three does not open it. */
export async function triangles(model: string): Promise<number> {
  const opened = await openWithLoader(model);
  const count = opened.triangles();
  opened.dispose();
  return count;
}

export function close(): void {
  ours?.dispose();
  theirs?.dispose();
  ours = theirs = undefined;
}

/** The camera looks at what three drew, so that a model which we put elsewhere or made larger does not pass. */
function place(shot: Shot): THREE.PerspectiveCamera {
  if (!ours || !theirs) throw new Error('nothing is open');
  ours.pose(shot.clip?.ours, shot.seconds);
  theirs.pose(shot.clip?.theirs, shot.seconds);
  return lookAt(theirs.eachVertex);
}

/** Both pictures, RGBA, bottom row first, as base64. */
export function shoot(shot: Shot): { ours: string; theirs: string } {
  const camera = place(shot);
  if (!ours || !theirs) throw new Error('nothing is open');
  return { ours: ours.draw(camera, shot.light, shot.farther ?? 0), theirs: theirs.draw(camera, shot.light) };
}

/** Milliseconds of a frame, posed and drawn and waited for; medians of `rounds` that take turns. */
export function time(shot: Shot, rounds: number): { ours: number; theirs: number } {
  const camera = place(shot);
  const spans: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++)
    for (const who of ['ours', 'theirs'] as const) {
      const start = performance.now();
      if (who === 'ours') ours?.frame(camera, shot.clip?.ours, shot.seconds + round / 60);
      else theirs?.frame(camera, shot.clip?.theirs, shot.seconds + round / 60);
      spans[who].push(performance.now() - start);
    }
  const median = (list: number[]): number => list.sort((a, b) => a - b)[list.length >> 1];
  return { ours: median(spans.ours), theirs: median(spans.theirs) };
}

const judge = { open, triangles, close, shoot, time };
export type JudgePage = typeof judge;
Object.assign(globalThis, { judge });
