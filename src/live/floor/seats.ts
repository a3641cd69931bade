import { Quaternion, Vector3 } from 'three';
import type { RoomSession } from '../../room/room-session.ts';
import type { Person } from '../person.ts';

/** Metres from a seat within which somebody sits on it. */
const TAKEN = 0.35;

/** A place to sit in the room. */
export interface Seat {
  /** URL of the edge of the furniture that it belongs to. */
  readonly furniture: string;
  /** Position of an avatar that sits there, between its feet, metres. */
  readonly position: readonly [number, number, number];
  /** Unit quaternion. An avatar that sits faces +z. */
  readonly rotation: readonly [number, number, number, number];
  /** The clip of an avatar that sits there. */
  readonly animation: string;
}

const point = new Vector3();
const turn = new Quaternion();
const own = new Quaternion();

/** Returns all seats of the room's furniture, as its documents describe them. */
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

/** Returns the seat nearest to a point, within `reach` metres over the floor. */
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

/** Whether somebody other than me is within 0.35 m of the seat over the floor. */
export function isTaken({ position }: Seat, people: Iterable<Pick<Person, 'avatar' | 'isMe'>>): boolean {
  for (const { avatar, isMe } of people) {
    const { elements } = avatar.group.matrix;
    if (!isMe && Math.hypot(elements[12] - position[0], elements[14] - position[2]) < TAKEN) return true;
  }
  return false;
}
