import type { Disposable } from '../../core/disposal.ts';
import type { Random } from '../../core/random.ts';
import { findWay } from '../floor/find-way.ts';
import type { Seat } from '../floor/seats.ts';
import { walkAhead } from '../floor/walk-ahead.ts';
import { cellAt, type Walkable } from '../floor/walkable.ts';
import type { KnownPerson } from '../people.ts';
import type { ServerClock } from '../server/server-clock.ts';
import { type GestureName, gestures } from './gestures.ts';
import { type GuidedMotion, STANDING, WALKING } from './guided-motion.ts';
import type { IntentSender } from './intent-sender.ts';

/** m/s if the walking clip has no speed. */
const WALK_SPEED = 1.4;
/** While keys are held, the avatar walks towards a point this far ahead, metres. */
const AHEAD = 1.2;
/** A direction is sent again if it differs this much from the last, radians, or after this time, s. */
const TURNED = 0.12;
const RENEW = 0.5;
/** After standing for this time, s, the place is written to the documents, for people who enter later. */
const REST = 1;
/** Metres before a seat where the walk to it ends. */
const SEAT_FRONT = 0.45;
/** Duration of a gesture that plays once, s. */
const GESTURE_SECONDS = 3.2;

export interface MyAvatarOptions {
  readonly me: KnownPerson;
  readonly motion: GuidedMotion;
  readonly sender: IntentSender;
  readonly clock: ServerClock;
  readonly random: Random;
  /** The map. Undefined: walks are straight lines. */
  readonly floor: () => Walkable | undefined;
}

/** Makes my avatar walk, sit and gesture: at once here, and by intents for everybody else. */
export class MyAvatar implements Disposable {
  readonly #options: MyAvatarOptions;
  #seat: Seat | undefined;
  #sitting = false;
  /** The clip between gestures. */
  #base = STANDING;
  /** Direction of the keys that are held, radians. NaN: none. */
  #steered = Number.NaN;
  #steeredAt = 0;
  #restAt = Number.POSITIVE_INFINITY;
  #gestureEnds = Number.POSITIVE_INFINITY;

  constructor(options: MyAvatarOptions) {
    this.#options = options;
    this.#sitting = options.me.activity === 'sitting';
  }

  /** Walks around the furniture to a point, or as near as possible. @returns false if there is no way. */
  walkTo(point: readonly [number, number, number]): boolean {
    const way = this.#way(point);
    if (!way) return false;
    this.#seat = undefined;
    this.#go(way);
    return true;
  }

  /** Walks in a direction along x and z of the room, until the next call. 0, 0 stops. */
  steer(x: number, z: number): void {
    if (x === 0 && z === 0) {
      if (!Number.isNaN(this.#steered)) this.#stop();
      return;
    }
    const { clock } = this.#options;
    const direction = Math.atan2(x, z);
    const turned = Math.abs(Math.atan2(Math.sin(direction - this.#steered), Math.cos(direction - this.#steered)));
    if (turned < TURNED && clock.now - this.#steeredAt < RENEW) return;
    this.#seat = undefined;
    const to = this.#ahead(direction);
    this.#steered = direction;
    this.#steeredAt = clock.now;
    if (to) this.#go([this.#place(), to]);
    // A wall is ahead. The walk that began before must not continue along it.
    else if (this.#options.motion.walking) this.#halt();
  }

  /** Walks to a seat and sits down. @returns false if there is no way. */
  sit(seat: Seat): boolean {
    const [x, y, z] = seat.position;
    const [qx, qy, qz, qw] = seat.rotation;
    const facing = Math.atan2(2 * (qx * qz + qw * qy), 1 - 2 * (qx * qx + qy * qy));
    const way = this.#way([x + SEAT_FRONT * Math.sin(facing), y, z + SEAT_FRONT * Math.cos(facing)]);
    if (!way) return false;
    this.#go(way);
    this.#seat = seat;
    return true;
  }

  /** Plays a gesture. Dancing goes on until the next action. */
  gesture(name: GestureName): void {
    const gesture = gestures.find(g => g.name === name);
    if (!gesture) return;
    const { motion, sender, clock } = this.#options;
    if (gesture.once) this.#gestureEnds = clock.now + GESTURE_SECONDS;
    else {
      if (this.#sitting || motion.walking) return;
      this.#base = gesture.clip;
      this.#restAt = clock.now + REST;
    }
    motion.intend({ animation: gesture.clip }, clock.now);
    sender.send({ animation: gesture.clip });
  }

  /** Call it in each frame. */
  step(): void {
    const { motion, clock } = this.#options;
    const { now } = clock;
    if (!Number.isNaN(this.#steered) && !motion.walking) this.#steered = Number.NaN;
    if (!motion.walking && this.#seat) this.#sitDown(this.#seat);
    if (now >= this.#gestureEnds) this.#endGesture();
    if (motion.walking) this.#restAt = now + REST;
    else if (now >= this.#restAt) this.#rest();
  }

  dispose(): void {
    this.#options.sender.dispose();
  }

  #way(point: readonly [number, number, number]): [number, number, number][] | undefined {
    const floor = this.#options.floor();
    return floor ? findWay(floor, this.#place(), point) : [this.#place(), [...point]];
  }

  #place(): [number, number, number] {
    const { shown } = this.#options.motion;
    return [shown[0], shown[1], shown[2]];
  }

  #go(path: [number, number, number][]): void {
    const { motion, sender, clock, me } = this.#options;
    const speed = me.avatar.avatar?.animator.speedOf(WALKING) || WALK_SPEED;
    const intent = { path, start: clock.now, speed, animation: WALKING };
    this.#sitting = false;
    this.#base = STANDING;
    motion.intend(intent, clock.now);
    sender.send({ ...intent, look: null });
    this.#restAt = clock.now + REST;
  }

  #stop(): void {
    this.#steered = Number.NaN;
    this.#halt();
  }

  /** Stands still, and keeps the direction of the keys. */
  #halt(): void {
    const { motion, sender, clock } = this.#options;
    const path = [this.#place()];
    motion.intend({ path, start: clock.now, animation: STANDING }, clock.now);
    sender.send({ path, start: clock.now, animation: STANDING });
  }

  /** Finds a point ahead that a straight line leads to: along a wall if one is in the way. */
  #ahead(direction: number): [number, number, number] | undefined {
    const floor = this.#options.floor();
    const [x, y, z] = this.#place();
    const far: [number, number, number] = [x + AHEAD * Math.sin(direction), y, z + AHEAD * Math.cos(direction)];
    if (!floor) return far;
    // Away from a seat, to a free place.
    if (floor.free[cellAt(floor, x, z)] !== 1) return this.#way(far)?.[1];
    const to = walkAhead(floor, x, z, direction, AHEAD);
    return to && [to[0], y, to[1]];
  }

  #sitDown({ position, rotation, animation }: Seat): void {
    const { motion, sender, clock } = this.#options;
    this.#seat = undefined;
    this.#sitting = true;
    this.#base = animation;
    this.#restAt = Number.POSITIVE_INFINITY;
    motion.follow({ position: [...position], rotation: [...rotation], animation }, clock.now);
    sender.send({ position, rotation, animation, ...noWay });
  }

  #endGesture(): void {
    const { sender, motion } = this.#options;
    this.#gestureEnds = Number.POSITIVE_INFINITY;
    sender.send({ animation: motion.walking ? WALKING : this.#base });
  }

  /** Writes the place to the documents, for people who enter later or through another server. */
  #rest(): void {
    const { motion, sender } = this.#options;
    this.#restAt = Number.POSITIVE_INFINITY;
    const half = motion.shown[3] / 2;
    sender.send({
      position: this.#place(),
      rotation: [0, Math.sin(half), 0, Math.cos(half)],
      animation: this.#base,
      ...noWay,
    });
  }
}

/** Removes a walk that is over from the edge. */
const noWay = { path: null, start: null, speed: null, look: null } as const;
