import type { View } from '../../camera/camera-rig.ts';

/** What a link shows: a view of the room, or somebody by name. */
export type Shown = View | string;

const PREFIX = '#view=';
/** Coordinates beyond are no room's. */
const FARTHEST = 1e4;

/**
 * Writes what a link shows as the fragment of a URL.
 * `viewFragment({ position: [3.3, 1.8, 4.45], target: [0, 1, 0] }) // '#view=3.3,1.8,4.45,0,1,0'`, `viewFragment('Mira') // '#view=Mira'`
 */
export function viewFragment(shown: Shown): string {
  if (typeof shown === 'string') return `${PREFIX}${encodeURIComponent(shown)}`;
  const numbers = [...shown.position, ...shown.target].map(n => Number(n.toFixed(2)));
  return `${PREFIX}${numbers.join(',')}`;
}

/** Reads such a fragment; undefined where it is none. Whatever else stands there is the name of somebody. */
export function readViewFragment(fragment: string): Shown | undefined {
  if (!fragment.startsWith(PREFIX)) return undefined;
  let written: string;
  try {
    written = decodeURIComponent(fragment.slice(PREFIX.length));
  } catch {
    return undefined;
  }
  const numbers = written.split(',').map(part => (part.trim() === '' ? Number.NaN : Number(part)));
  if (numbers.length === 6 && numbers.every(n => Math.abs(n) <= FARTHEST)) {
    const [x, y, z, tx, ty, tz] = numbers;
    return { position: [x, y, z], target: [tx, ty, tz] };
  }
  return written === '' ? undefined : written;
}

/** What a link needs of a `<room-viewer>`. */
export interface LinkedViewer {
  lookFrom(view: View): void;
  lookAt(who: string): void;
}

/** Goes to what a fragment shows. @returns whether it shows anything that is there. */
export function showFragment(viewer: LinkedViewer, fragment: string): boolean {
  const shown = readViewFragment(fragment);
  if (shown === undefined) return false;
  if (typeof shown !== 'string') {
    viewer.lookFrom(shown);
    return true;
  }
  try {
    viewer.lookAt(shown);
    return true;
  } catch (error) {
    // They left: the room is worth seeing all the same.
    if (error instanceof RangeError) return false;
    throw error;
  }
}
