/** A viewer as the others of its page see it. */
export interface OpenViewer {
  /** Whether some of it is in the window. */
  readonly inSight: boolean;
  /** Lets go of its context and memory; a picture stays. */
  rest(): void;
}

/** Contexts that the viewers of a page have together while those off screen can do without: browsers take the oldest of about 16 away. */
const MOST_OPEN = 4;

/** The viewers of a page that hold a WebGL context, the latest seen last. */
const open = new Set<OpenViewer>();

/** Whether one more may open without another's having to rest. */
export function hasRoomForViewer(): boolean {
  return open.size < MOST_OPEN;
}

/** A viewer opens, or is seen again: it is the latest seen. */
export function noteViewer(viewer: OpenViewer): void {
  open.delete(viewer);
  open.add(viewer);
  restUnseen();
}

/** Too many are open: those come to rest that nobody sees, first those that were seen the longest time ago. */
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

/** It holds no context any more. */
export function forgetViewer(viewer: OpenViewer): void {
  open.delete(viewer);
}
