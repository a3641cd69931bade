/** The part of a viewer that other viewers of the page use. */
export interface OpenViewer {
  /** Whether part of it is in the window. */
  readonly inSight: boolean;
  /** Releases its context and memory. A picture remains. */
  rest(): void;
}

/** Maximum number of contexts of all viewers of a page, as long as some are off screen. Browsers drop the oldest of about 16. */
const MOST_OPEN = 4;

/** The viewers of a page that hold a WebGL context. The most recently seen is last. */
const open = new Set<OpenViewer>();

/** Whether one more viewer may open without closing another. */
export function hasRoomForViewer(): boolean {
  return open.size < MOST_OPEN;
}

/** Takes note of a viewer that opens or is seen again. */
export function noteViewer(viewer: OpenViewer): void {
  open.delete(viewer);
  open.add(viewer);
  restUnseen();
}

/** If too many are open, those off screen rest, the least recently seen first. */
export function restUnseen(): void {
  let tooMany = open.size - MOST_OPEN;
  const latest = [...open].at(-1);
  for (const viewer of [...open]) {
    if (tooMany <= 0) return;
    if (viewer === latest || viewer.inSight) continue;
    open.delete(viewer);
    viewer.rest();
    tooMany--;
  }
}

/** Forgets a viewer that holds no context any more. */
export function forgetViewer(viewer: OpenViewer): void {
  open.delete(viewer);
}
