import type { Clock } from '../../core/clock.ts';
import { Pacer } from '../../core/pacer.ts';
import type { Random } from '../../core/random.ts';
import type { RoomChange } from '../../room/documents/room-info.ts';
import type { RoomSession } from '../../room/room-session.ts';
import { buildWalkable, buildWalkableInSlices } from './build-walkable.ts';
import { nearestFree, type Walkable } from './walkable.ts';

/** Metres from the entrance within which a free place is searched. */
const DOOR = 1.5;
/** Metres from the door to the place of somebody who enters. */
const STEPS_INSIDE = 2.5;

export interface Place {
  readonly position: readonly number[];
  /** Unit quaternion. */
  readonly rotation: readonly number[];
}

/** The map of where people can walk in one room. It is built when it is first needed, and again after the furniture changed. */
export class RoomFloor {
  readonly #session: RoomSession;
  readonly #clock: Clock;
  #map: Walkable | undefined;
  #isCurrent = false;

  constructor(session: RoomSession, clock: Clock) {
    this.#session = session;
    this.#clock = clock;
  }

  /** The map, built in one task if it is out of date. Undefined if the room has no furniture or is too large. */
  get map(): Walkable | undefined {
    if (!this.#isCurrent) {
      this.#map = buildWalkable(this.#session, this.#level);
      this.#isCurrent = true;
    }
    return this.#map;
  }

  /** Builds the map in slices if it is out of date. Frames go on meanwhile. */
  async prepare(): Promise<void> {
    if (this.#isCurrent) return;
    const map = await buildWalkableInSlices(this.#session, this.#level, new Pacer(this.#clock));
    if (this.#isCurrent) return;
    this.#map = map;
    this.#isCurrent = true;
  }

  /** Takes note of a change. If it concerns furniture, the map is built again before the next walk. */
  renewed({ furniture }: RoomChange): void {
    if (furniture.read.size + furniture.gone.length > 0) this.#isCurrent = false;
  }

  /** Returns a free place to enter at: some steps from the room's door, facing into the room. */
  entrance(random: Random): Place {
    const { position, target } = this.#session.door;
    const heading = Math.atan2(target[0] - position[0], target[2] - position[2]);
    const rotation = [0, Math.sin(heading / 2), 0, Math.cos(heading / 2)];
    const floor = this.map;
    const angle = 2 * Math.PI * random();
    // At the door itself, the camera would show the back of whoever entered before.
    const inside = Math.min(STEPS_INSIDE, Math.hypot(target[0] - position[0], target[2] - position[2]) / 2);
    const x = position[0] + inside * Math.sin(heading) + 0.6 * Math.sin(angle);
    const z = position[2] + inside * Math.cos(heading) + 0.6 * Math.cos(angle);
    const at = floor ? nearestFree(floor, x, z, DOOR) : -1;
    if (!floor || at < 0) return { position: [x, 0, z], rotation };
    const { cell, columns, height } = floor;
    return {
      position: [floor.x + ((at % columns) + 0.5) * cell, height[at], floor.z + (Math.floor(at / columns) + 0.5) * cell],
      rotation,
    };
  }

  /** Height of the floor that people stand on, metres. */
  get #level(): number {
    return this.#session.avatars[0]?.info.data.position[1] ?? 0;
  }
}
