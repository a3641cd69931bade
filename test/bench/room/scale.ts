/** The cost of a room session by the size of its room: no network, no decoder, no GPU, and a clock that a loop turns. */

import { PerspectiveCamera } from 'three';
import { RoomSession } from '../../../src/room/room-session.ts';
import { FakeWorld, roomUrl, writeFakeRoom } from '../../room/fakes.ts';
import { settle } from '../../virtual-clock.ts';

export interface RoomSize {
  readonly furnishings: number;
  readonly avatars: number;
  /** Each has a mesh, a low and a high texture. Furnishings share them. */
  readonly products: number;
}

export interface RoomCost {
  readonly documents: number;
  readonly resources: number;
  /** Milliseconds of processor time from the start until all documents are read, and until the room is complete. */
  readonly read: number;
  readonly complete: number;
  /** Milliseconds of processor time of one `update`, mean: the camera sees the room, and looks away from it. */
  readonly frame: number;
  readonly away: number;
  /** Bytes of the heap that the complete room holds, documents included. */
  readonly heap: number;
}

/** Frames are 16 ms apart, and so many resources arrive between two. */
const FRAME_MS = 16;
const ARRIVALS = 8;
const FRAMES = 200;
/** Furnishings in a row, a metre apart. */
const ROW = 40;

/** Visits a room once. Needs Node's `gc`. */
export async function measureRoom({ furnishings, avatars, products }: RoomSize, gc: () => void): Promise<RoomCost> {
  const world = new FakeWorld();
  world.held = [];
  const names = Array.from({ length: products }, (_, i) => `p${i}`);
  const twoTier = { low: true, high: ['image/webp'] } as const;
  writeFakeRoom(
    world,
    { ...Object.fromEntries(names.map(name => [name, twoTier])), bones: { meshes: 0, skeleton: true, clips: ['idle'] } },
    Array.from({ length: furnishings }, (_, i) => ({
      product: names[i % products],
      position: [(i % ROW) - ROW / 2, 0, -Math.floor(i / ROW)],
    })),
    Array.from({ length: avatars }, (_, i) => ({
      skeleton: 'bones',
      outfit: [names[i % products], names[(i + 1) % products]],
      animation: 'idle',
    })),
  );
  const { denormalized } = JSON.parse(world.files.get(roomUrl) ?? '') as { denormalized: object };
  const documents = Object.keys(denormalized).length;
  gc();
  const before = process.memoryUsage().heapUsed;
  const start = processorMs();
  const session = new RoomSession(roomUrl, world.ports);
  const camera = new PerspectiveCamera(50, 16 / 9);
  camera.updateMatrixWorld();
  let complete = false;
  session.events.on('complete', () => {
    complete = true;
  });
  const frame = () => session.update(FRAME_MS / 1000, camera, 1280, 720);
  await session.open();
  const read = processorMs() - start;
  while (!complete) {
    for (const arrive of world.held.splice(0, ARRIVALS)) arrive();
    for (let i = 0; i < 4; i++) await settle();
    await world.clock.advance(FRAME_MS);
    frame();
  }
  const whole = processorMs() - start;
  const seen = meanOf(frame);
  camera.rotation.y = Math.PI;
  camera.updateMatrixWorld();
  const away = meanOf(frame);
  gc();
  const heap = process.memoryUsage().heapUsed - before;
  const resources = [...session.resources].length;
  session.dispose();
  return { documents, resources, read, complete: whole, frame: seen, away, heap };
}

function meanOf(run: () => void): number {
  const start = processorMs();
  for (let i = 0; i < FRAMES; i++) run();
  return (processorMs() - start) / FRAMES;
}

/** Milliseconds that this process has computed: what else the machine does counts little. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
