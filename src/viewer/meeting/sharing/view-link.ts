import type { View } from '../../camera/camera-rig.ts';

/** The target of a link: a view of the room, or a person by name. */
export type Shown = View | string;

const PREFIX = '#view=';
/** Larger coordinates are invalid. */
const FARTHEST = 1e4;

/**
 * Returns the fragment of a URL for the target of a link.
 * `viewFragment({ position: [3.3, 1.8, 4.45], target: [0, 1, 0] }) // '#view=3.3,1.8,4.45,0,1,0'`, `viewFragment('Mira') // '#view=Mira'`
 */
export function viewFragment(shown: Shown): string {
  if (typeof shown === 'string') return `${PREFIX}${encodeURIComponent(shown)}`;
  const numbers = [...shown.position, ...shown.target].map(n => Number(n.toFixed(2)));
  return `${PREFIX}${numbers.join(',')}`;
}

/** Parses such a fragment. Undefined if it is none. Anything but coordinates is the name of a person. */
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

/** The part of a `<room-viewer>` that a link uses. */
export interface LinkedViewer {
  lookFrom(view: View): void;
  lookAt(who: string): void;
}

/** Moves to the target of a fragment. @returns whether the target exists. */
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
    // The person has left. The room is shown anyway.
    if (error instanceof RangeError) return false;
    throw error;
  }
}
