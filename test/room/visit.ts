import type { Mesh } from 'three';
import type { RoomDependencies } from '../../src/room/dependencies.ts';
import type { RoomProgress } from '../../src/room/resources/progress.ts';
import { RoomSession } from '../../src/room/room-session.ts';
import { settle } from '../virtual-clock.ts';
import { type FakeWorld, roomUrl } from './fakes.ts';

/** A room session in a fake world, and what it told. */
export interface Visit {
  readonly world: FakeWorld;
  readonly session: RoomSession;
  readonly log: string[];
  readonly failed: string[];
  readonly fractions: number[];
  /** Every report of bytes. */
  readonly progress: RoomProgress[];
  /** Lets promises and timers run. */
  run(ms?: number): Promise<void>;
  shown(): Mesh[];
}

/** Goes to the world's room; `session.open` is for the test to call. */
export function visit(world: FakeWorld, ports: RoomDependencies = world.ports): Visit {
  const session = new RoomSession(roomUrl, ports);
  const log: string[] = [];
  const failed: string[] = [];
  const fractions: number[] = [];
  const progress: RoomProgress[] = [];
  session.events.on('interactive', () => log.push('interactive'));
  session.events.on('complete', () => log.push('complete'));
  session.events.on('failed', ({ url }) => failed.push(url));
  session.events.on('progress', report => {
    progress.push(report);
    fractions.push(report.fraction);
  });
  return {
    world,
    session,
    log,
    failed,
    fractions,
    progress,
    async run(ms = 100) {
      for (let i = 0; i < 8; i++) await settle();
      await world.clock.advance(ms);
      for (let i = 0; i < 8; i++) await settle();
    },
    shown() {
      const meshes: Mesh[] = [];
      session.root.traverse(object => {
        if ('isMesh' in object) meshes.push(object as Mesh);
      });
      return meshes;
    },
  };
}
