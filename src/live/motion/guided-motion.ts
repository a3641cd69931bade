import type { Avatar } from '../../avatar/avatar.ts';
import type { AvatarEdge } from '../../graph/room-documents.ts';
import type { AvatarGuide } from '../../room/avatars/avatar-guide.ts';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import type { Intent } from '../updates/update-events.ts';
import { isGesture } from './gestures.ts';
import { createOpenPath, type OpenPath, placeOnPath } from './open-path.ts';

/** The clip at the end of a walk. */
export const STANDING = 'idle';
export const WALKING = 'walk';
/** m/s if neither the intent nor the clip has a speed. */
const STROLL = 1.4;
/** Time constant in which the shown position approaches the real one, s. */
const SETTLE = 0.15;
/** Time constant of turning, s. */
const TURN = 0.09;
/** A larger difference is not smoothed: the avatar jumps. Metres. */
const FAR = 2.5;

/** Smaller differences of place (metres) and heading (radians) count as none. Nobody sees them. */
const ARRIVED = 5e-4;
const FACED = 2e-3;

const place = new Float32Array(4);
/** The argument of `#place`: seconds on the server's clock. */
const moment = new Float64Array(1);
/** Indices of the array that `step` takes. */
const SERVER = 0;
const LAG_LEFT = 1;
const TURN_MADE = 2;

/**
 * Writes what `GuidedMotion.step` needs, the same for everybody: the exponentials are computed once a frame, not once a person.
 * @param time - 3 numbers.
 * @param server - seconds on the server's clock.
 * @param seconds - since the last frame.
 */
export function writeFrameTime(time: Float64Array, server: number, seconds: number): void {
  time[SERVER] = server;
  time[LAG_LEFT] = Math.exp(-seconds / SETTLE);
  time[TURN_MADE] = 1 - Math.exp(-seconds / TURN);
}

/**
 * Poses one avatar from its latest intent and the server's time. All clients with the same intent show the same place at the same moment.
 * Delays of the network are smoothed out. `step` allocates nothing.
 */
export class GuidedMotion implements AvatarGuide {
  /** Called when it begins to move. It needs `step` in each frame from then on, until that returns false. */
  onMoves: (() => void) | undefined;
  #avatar: LiveAvatar;
  #path: OpenPath;
  /** Seconds on the server's clock. */
  #start = 0;
  #speed = 0;
  /** The clip on the way and the clip at its end. */
  #onTheWay: string | undefined;
  #atTheEnd: string | undefined;
  /** Heading at the end of the way. NaN: the direction of the way. */
  #facing = Number.NaN;
  #clip: string | undefined;
  #phase = 0;
  /** The shown place, as `Avatar.steer` takes it: x y z, heading, speed. */
  readonly #shown = new Float32Array(5);
  /** The shown place minus the real one: x y z. */
  readonly #lag = new Float32Array(3);
  #walking = false;
  /** Whether it needs the next frame. */
  #moves = false;

  /** @param now - seconds on the server's clock. */
  constructor(avatar: LiveAvatar, now: number) {
    this.#avatar = avatar;
    this.#path = createOpenPath([avatar.info.data.position]);
    this.follow(avatar.info.data, now, true);
    this.#phase = avatar.info.data.phase ?? 0;
  }

  /** From now on, moves another body of the same person. */
  takeBody(avatar: LiveAvatar): void {
    this.#avatar = avatar;
    avatar.guide = this;
    this.#wake();
  }

  get clip(): string | undefined {
    return this.#clip;
  }

  /** Whether it is walking. */
  get walking(): boolean {
    return this.#walking;
  }

  /** The shown x y z and heading. Do not change it. */
  get shown(): Float32Array {
    return this.#shown;
  }

  /** Follows the data of the edge from now on. @param now - seconds on the server's clock. @param jump - without smoothing. */
  follow(data: AvatarEdge['data'], now: number, jump = false): void {
    const { path, start, rotation, position, animation } = data;
    if (path && path.length > 0 && start !== undefined) {
      this.intend(data, now, jump);
      return;
    }
    this.#path = createOpenPath([position]);
    this.#speed = this.#start = 0;
    const [x, y, z, w] = rotation;
    this.#facing = Math.atan2(2 * (x * z + w * y), 1 - 2 * (x * x + y * y));
    if (animation === undefined || !isGesture(animation)) this.#atTheEnd = animation;
    this.#catchUp(now, jump);
  }

  /** Follows the intent from now on. Members that it lacks stay. @param now - seconds on the server's clock. */
  intend({ path, start, speed, animation, look }: Intent, now: number, jump = false): void {
    if (path && path.length > 0) {
      this.#path = createOpenPath(path);
      // Without a start it begins on arrival.
      this.#start = start ?? now;
      this.#speed = speed ?? STROLL;
      this.#facing = Number.NaN;
    }
    const { points } = this.#path;
    if (look) {
      const x = look[0] - points[points.length - 3];
      const z = look[2] - points[points.length - 1];
      if (x * x + z * z > 1e-6) this.#facing = Math.atan2(x, z);
    }
    if (animation !== undefined && isGesture(animation)) this.#avatar.avatar?.animator.gesture(animation);
    else if (animation !== undefined) {
      const travels = this.#travels(animation);
      if (this.#path.length > 0 && path) this.#onTheWay = travels ? animation : WALKING;
      this.#atTheEnd = travels ? STANDING : animation;
    } else if (path) {
      this.#onTheWay = WALKING;
      this.#atTheEnd = STANDING;
    }
    this.#catchUp(now, jump);
  }

  /**
   * Advances by one frame.
   *
   * @param time - from `writeFrameTime`. An array, because V8 boxes fractions passed as arguments, for each of 100 people in each
   * frame.
   * @returns whether it needs the next frame too. An avatar that stands costs nothing.
   */
  step(time: Float64Array): boolean {
    const { avatar } = this.#avatar;
    moment[0] = time[SERVER];
    this.#place();
    let moves = this.#walking;
    for (let k = 0; k < 3; k++) {
      if (this.#lag[k] !== 0) {
        moves = true;
        this.#lag[k] *= time[LAG_LEFT];
        if (Math.abs(this.#lag[k]) < ARRIVED) this.#lag[k] = 0;
      }
      this.#shown[k] = place[k] + this.#lag[k];
    }
    const turn = place[3] - this.#shown[3];
    const nearer = turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
    const turns = Math.abs(nearer) > FACED;
    this.#shown[3] += turns ? nearer * time[TURN_MADE] : nearer;
    this.#play(avatar);
    this.#shown[4] = this.#walking ? this.#speed : 0;
    avatar?.steer(this.#shown);
    return (this.#moves = moves || turns);
  }

  begin(avatar: Avatar): void {
    if (this.#clip !== undefined) avatar.animator.play(this.#clip, { fade: 0, phase: this.#phase });
    this.#phase = 0;
    this.#shown[4] = this.#walking ? this.#speed : 0;
    avatar.steer(this.#shown);
  }

  /** Writes its place at `moment` into `place`. */
  #place(): void {
    const metres = Math.max(0, moment[0] - this.#start) * this.#speed;
    place[3] = this.#shown[3];
    placeOnPath(this.#path, metres, place);
    this.#walking = metres < this.#path.length;
    if (!this.#walking && !Number.isNaN(this.#facing)) place[3] = this.#facing;
  }

  #catchUp(now: number, jump: boolean): void {
    moment[0] = now;
    this.#place();
    let far = 0;
    for (let k = 0; k < 3; k++) {
      this.#lag[k] = this.#shown[k] - place[k];
      far += this.#lag[k] ** 2;
    }
    if (jump || far > FAR ** 2) {
      this.#lag.fill(0);
      this.#shown.set(place);
    }
    this.#play(jump ? undefined : this.#avatar.avatar);
    this.#wake();
  }

  #wake(): void {
    if (this.#moves) return;
    this.#moves = true;
    this.onMoves?.();
  }

  /** Plays the clip of the current part of the way. */
  #play(avatar: Avatar | undefined): void {
    const clip = this.#walking ? this.#onTheWay : this.#atTheEnd;
    if (clip === this.#clip) return;
    this.#clip = clip;
    if (clip === undefined) return;
    if (avatar?.animator.has(clip)) avatar.animator.play(clip);
    else this.#avatar.clipChanged();
  }

  /** Whether a clip moves over the floor. A standing avatar does not play it. */
  #travels(clip: string): boolean {
    const speed = this.#avatar.avatar?.animator.speedOf(clip);
    return speed === undefined ? clip === WALKING || clip === 'run' : speed > 0;
  }
}
