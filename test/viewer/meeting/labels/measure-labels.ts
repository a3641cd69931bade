/**
 * Run as a program of its own (node --expose-gc): prints, as JSON, what a frame of name tags and bubbles costs while 100 people walk, and while
 * they stand and breathe: bytes of heap left behind, and writes to the document. A stand-in for the document counts.
 */
import { Group, PerspectiveCamera, type Vector3 } from 'three';
import type { LiveAvatar } from '../../../../src/room/avatars/live-avatar.ts';
import type { RoomSession } from '../../../../src/room/room-session.ts';
import { LabelLayer } from '../../../../src/viewer/meeting/labels/label-layer.ts';

const PEOPLE = 100;
const FRAMES = 1000;
const SPEAKERS = 10;
const collect = globalThis.gc;
if (!collect) throw new Error('run with --expose-gc');

const writes = { moves: 0, classes: 0, elements: 0, layouts: 0 };
class FakeElement {
  className = '';
  textContent = '';
  clientWidth = 640;
  clientHeight = 360;
  readonly style = {
    set transform(_: string) {
      writes.moves++;
    },
  };
  readonly classList = { toggle: () => void writes.classes++ };
  get offsetWidth(): number {
    writes.layouts++;
    return 60;
  }
  get offsetHeight(): number {
    return 20;
  }
  append(): void {}
  remove(): void {}
  setAttribute(): void {}
}
/** What the browser would tell after its layout of a frame. */
const laidOut: (() => void)[] = [];
Object.assign(globalThis, {
  document: {
    createElement: () => {
      writes.elements++;
      return new FakeElement();
    },
  },
  ResizeObserver: class {
    readonly #tell: (entries: readonly { target: FakeElement }[]) => void;
    constructor(tell: (entries: readonly { target: FakeElement }[]) => void) {
      this.#tell = tell;
    }
    observe(target: FakeElement): void {
      laidOut.push(() => this.#tell([{ target }]));
    }
    unobserve(): void {}
    disconnect(): void {}
  },
});

const people = Array.from({ length: PEOPLE }, (_, i) => {
  const group = new Group();
  const info = { name: `Person ${i}`, height: 1.8 };
  const face = (target: Vector3) => target.set(group.matrix.elements[12], 1.6, group.matrix.elements[14]);
  return { group, info, shown: true, face };
});
const avatars = people as unknown as LiveAvatar[];
const session = { avatars, root: new Group() } as unknown as RoomSession;
const camera = new PerspectiveCamera(50, 16 / 9, 0.05, 200);
camera.position.set(0, 1.7, 8);
camera.lookAt(0, 1.2, 0);
camera.updateMatrixWorld();
let rays = 0;
const clock = { now: () => 0, after: () => () => {} };
const labels = new LabelLayer({
  layer: new FakeElement() as unknown as HTMLElement,
  clock,
  isMe: () => false,
  isCovered: () => {
    rays++;
    return false;
  },
});
labels.update(session, camera);
for (let i = 0; i < SPEAKERS; i++) labels.say(avatars[i * 7], `Something that ${i} says`);

function frame(at: number): void {
  for (let i = 0; i < PEOPLE; i++) {
    // Whoever walks at 1.4 m/s goes 2.3 cm a frame.
    const angle = i + (at * 0.023) / (1 + (i % 5));
    people[i].group.matrix.elements[12] = (1 + (i % 5)) * Math.sin(angle);
    people[i].group.matrix.elements[14] = (1 + (i % 5)) * Math.cos(angle);
  }
}

/** What the walking itself leaves behind is taken off. */
function measure(step: (at: number) => void): { bytes: number; ms: number } {
  let bytes = Number.POSITIVE_INFINITY;
  let ms = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 6; round++) {
    collect?.();
    const before = process.memoryUsage().heapUsed;
    const began = performance.now();
    for (let i = 0; i < FRAMES; i++) step(i);
    ms = Math.min(ms, (performance.now() - began) / FRAMES);
    bytes = Math.min(bytes, (process.memoryUsage().heapUsed - before) / FRAMES);
  }
  return { bytes, ms };
}

function breathe(at: number): void {
  for (let i = 0; i < PEOPLE; i++) people[i].group.matrix.elements[13] = 0.002 * Math.sin(i + at / 30);
}

/** What a frame costs beside `move`, which is not counted. */
function cost(move: (at: number) => void) {
  const moving = measure(move);
  for (const key of Object.keys(writes) as (keyof typeof writes)[]) writes[key] = 0;
  rays = 0;
  const both = measure(at => {
    move(at);
    labels.update(session, camera);
    while (laidOut.length > 0) laidOut.pop()?.();
  });
  const each = (count: number) => count / (6 * FRAMES);
  return {
    bytesPerFrame: both.bytes - moving.bytes,
    msPerFrame: both.ms - moving.ms,
    movesPerFrame: each(writes.moves),
    classesPerFrame: each(writes.classes),
    layoutsPerFrame: each(writes.layouts),
    elementsPerFrame: each(writes.elements),
    raysPerFrame: each(rays),
  };
}

const walking = cost(frame);
const standing = cost(breathe);
console.log(JSON.stringify({ walking, standing }));
