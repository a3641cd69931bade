import { PerspectiveCamera } from 'three';
import { RoomSession } from '../../../src/room/room-session.ts';
import { FakeWorld, roomUrl, writeFakeRoom } from '../../room/fakes.ts';
import { settle } from '../../virtual-clock.ts';

/** The main-thread time of a room session while its resources arrive: no network, no decoder, no GPU, and a clock that a loop turns. */

/** One resource arrives every 10 ms of the room's time, and a frame is drawn every 16 ms. */
const ARRIVAL_MS = 10;
const FRAME_MS = 16;
/** A product has a mesh, a low and a high texture. */
const RESOURCES_OF_PRODUCT = 3;
const AVATARS = 10;

export interface ArrivalTimes {
  /** Milliseconds of processor time until all documents are known, and from the first arrival to the last. */
  readonly documents: number;
  readonly arrivals: number;
  /** The longest step: what one arrival and one frame take at most. */
  readonly longest: number;
}

/** Visits a room of about `resources` resources once. */
export async function measureArrivals(resources: number): Promise<ArrivalTimes> {
  const world = new FakeWorld();
  world.held = [];
  const names = Array.from({ length: Math.round(resources / RESOURCES_OF_PRODUCT) }, (_, i) => `p${i}`);
  const twoTier = { low: true, high: ['image/webp'] } as const;
  const products = Object.fromEntries(names.map(name => [name, twoTier]));
  writeFakeRoom(
    world,
    { ...products, bones: { meshes: 0, skeleton: true, clips: ['idle'] } },
    names.map((product, i) => ({ product, position: [(i % 40) - 20, 0, -Math.floor(i / 40)] })),
    Array.from({ length: AVATARS }, (_, i) => ({ skeleton: 'bones', outfit: [names[i], names[i + AVATARS]], animation: 'idle' })),
  );
  const session = new RoomSession(roomUrl, world.ports);
  const camera = new PerspectiveCamera(50, 16 / 9);
  camera.updateMatrixWorld();
  // The viewer asks with every progress event.
  session.events.on('progress', () => session.quality);
  let complete = false;
  session.events.on('complete', () => {
    complete = true;
  });
  let sinceFrame = 0;
  let longest = 0;
  const step = async (): Promise<void> => {
    const start = performance.now();
    world.held?.shift()?.();
    for (let i = 0; i < 4; i++) await settle();
    await world.clock.advance(ARRIVAL_MS);
    sinceFrame += ARRIVAL_MS;
    if (sinceFrame >= FRAME_MS) {
      sinceFrame -= FRAME_MS;
      session.update(FRAME_MS / 1000, camera, 1280, 720);
    }
    longest = Math.max(longest, performance.now() - start);
  };
  const start = processorMs();
  await session.open();
  await step();
  const opened = processorMs();
  longest = 0;
  while (!complete) await step();
  const arrivals = processorMs() - opened;
  session.dispose();
  return { documents: opened - start, arrivals, longest };
}

/** Milliseconds that this process has computed: what else the machine does counts little. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
