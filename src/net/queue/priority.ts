import { quote } from '../../core/errors.ts';

/**
 * What loads first: the class, then utility per byte within a class. Utility is screen area x quality gain, so a small texture
 * on a near wall comes before a large one on a far vase.
 */
export interface Priority {
  /** One of `DOCUMENT`..`HIGH`. 0 is the most urgent. */
  readonly class: number;
  /** The value of the whole resource, any unit, >= 0, higher first. The queue divides it by the bytes. */
  readonly utility: number;
}

/** Documents: nothing is known before they arrive. */
export const DOCUMENT = 0;
/** Skeletons, meshes, low textures and animations in use, of what the camera sees. */
export const CRITICAL_VISIBLE = 1;
/** The same of what it does not see. The room is interactive once classes 0 to 2 are there. */
export const CRITICAL = 2;
/** High textures. */
export const HIGH = 3;
/** The last class. The first is 0. */
export const LAST_CLASS = HIGH;

/** @throws RangeError for an unknown class: the request would wait for ever. */
export function checkPriority({ class: of }: Priority): void {
  if (!(Number.isInteger(of) && of >= DOCUMENT && of <= LAST_CLASS))
    throw new RangeError(`a class is an integer from ${DOCUMENT} to ${LAST_CLASS}, got ${quote(of)}`);
}

/** Negative when `a` loads before `b`, for resources of the same size. */
export function comparePriority(a: Priority, b: Priority): number {
  return a.class - b.class || b.utility - a.utility;
}

const urgencies = [0, 1, 2, 5];

/** RFC 9218 urgency, 0 (first) to 7: the value of a `Priority: u=N` request header. `urgency(HIGH) // 5` */
export function urgency(priorityClass: number): number {
  return urgencies[priorityClass] ?? 6;
}

/** The coarse hint that `fetch` takes where the header would cost a preflight. `fetchPriority(HIGH) // 'low'` */
export function fetchPriority(priorityClass: number): RequestPriority {
  return priorityClass <= CRITICAL_VISIBLE ? 'high' : priorityClass >= HIGH ? 'low' : 'auto';
}
