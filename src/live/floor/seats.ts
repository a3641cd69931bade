import { Quaternion, Vector3 } from 'three';
import type { RoomSession } from '../../room/room-session.ts';

/** A place to sit in the room. */
export interface Seat {
  /** Of the edge of the furniture that it belongs to. */
  readonly furniture: string;
  /** Where who sits there has their feet's middle: the avatar's position, metres. */
  readonly position: readonly [number, number, number];
  /** A unit quaternion: who sits faces its +z. */
  readonly rotation: readonly [number, number, number, number];
  /** Clip of who sits there. */
  readonly animation: string;
}

const point = new Vector3();
const turn = new Quaternion();
const own = new Quaternion();

/** All seats that the documents of the room's furniture tell of. */
export function seatsOf({ furniture }: Pick<RoomSession, 'furniture'>): Seat[] {
  return furniture.flatMap(({ info, group }) =>
    info.product.seats.map(({ position, rotation, animation }) => {
      point.fromArray(position).applyMatrix4(group.matrix);
      turn.copy(group.quaternion).multiply(own.fromArray(rotation));
      return {
        furniture: info.url,
        position: [point.x, point.y, point.z],
        rotation: [turn.x, turn.y, turn.z, turn.w],
        animation: animation ?? 'sit',
      } satisfies Seat;
    }),
  );
}

/** The seat nearest to a point, within `reach` metres over the floor. */
export function seatNear(seats: readonly Seat[], at: readonly number[], reach: number): Seat | undefined {
  let nearest: Seat | undefined;
  let best = reach;
  for (const seat of seats) {
    const away = Math.hypot(seat.position[0] - at[0], seat.position[2] - at[2]);
    if (away >= best) continue;
    best = away;
    nearest = seat;
  }
  return nearest;
}
