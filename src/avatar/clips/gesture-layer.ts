import { Pose } from '../skeleton/pose.ts';
import { addPose } from './blend-poses.ts';
import { addPlaybackMorphs, type Playback, smooth } from './playback.ts';
import { sampleAtCursor } from './sample-clip.ts';

interface Gesture {
  readonly playback: Playback;
  readonly fade: number;
  readonly weight: number;
}

/** The contribution of a gesture at the moment when another one replaced it. */
interface Leaving {
  /** Added rotations and translations, as a pose. */
  readonly pose: Pose;
  /** The reference: no rotations, no translations. */
  readonly none: Pose;
  /** Joints that the gesture moves. */
  readonly joints: Uint16Array;
  readonly morphs: Float32Array;
  readonly fade: number;
  passed: number;
}

/**
 * Adds gestures to a pose: the current one, and the frozen rest of the previous one while it fades out.
 * So the pose never jumps when a gesture begins.
 */
export class GestureLayer {
  /** Scratch pose to sample into: `Skeleton.working.layer`. */
  readonly #layer: Pose;
  #gesture: Gesture | undefined;
  #leaving: Leaving | undefined;

  constructor(layer: Pose) {
    this.#layer = layer;
  }

  /** True while a gesture plays that has not ended. */
  get playing(): boolean {
    return this.#gesture !== undefined;
  }

  /** True while any gesture contributes. */
  get active(): boolean {
    return this.#gesture !== undefined || this.#leaving !== undefined;
  }

  /**
   * Starts a gesture.
   *
   * @param fade - fade-in and fade-out, seconds.
   * @param used - see `sampleAtCursor`.
   * @param slots - number of morph weights.
   */
  start(playback: Playback, fade: number, weight: number, used: Uint8Array, slots: number): void {
    this.#leaving = this.active && fade > 0 ? this.#freeze(fade, used, slots) : undefined;
    this.#gesture = { playback, fade: Math.min(fade, playback.clip.duration / 2), weight };
  }

  advance(seconds: number): void {
    if (this.#leaving) {
      this.#leaving.passed += seconds;
      if (this.#leaving.passed >= this.#leaving.fade) this.#leaving = undefined;
    }
    if (!this.#gesture) return;
    const { clip, cursor } = this.#gesture.playback;
    cursor.time[0] += seconds;
    if (cursor.time[0] >= clip.duration) this.#gesture = undefined;
  }

  /** Adds the gestures to `pose`. Allocates nothing. */
  addTo(pose: Pose, used: Uint8Array): void {
    const leaving = this.#leaving;
    if (leaving) addPose(pose, leaving.pose, leaving.none, leaving.joints, leavingWeight(leaving));
    if (!this.#gesture) return;
    const { clip, cursor } = this.#gesture.playback;
    sampleAtCursor(clip, cursor, this.#layer, used);
    addPose(pose, this.#layer, clip.first, clip.moving, gestureWeight(this.#gesture));
  }

  /** Adds the gestures' morph weights. Allocates nothing. */
  addMorphs(out: Float32Array): void {
    if (this.#leaving) {
      const { morphs } = this.#leaving;
      const weight = leavingWeight(this.#leaving);
      for (let i = 0; i < morphs.length; i++) out[i] += morphs[i] * weight;
    }
    if (this.#gesture) addPlaybackMorphs(this.#gesture.playback, gestureWeight(this.#gesture), out);
  }

  #freeze(fade: number, used: Uint8Array, slots: number): Leaving {
    const { jointCount } = this.#layer;
    const pose = new Pose(jointCount);
    this.addTo(pose, used);
    const morphs = new Float32Array(slots);
    this.addMorphs(morphs);
    const joints = new Set([...(this.#leaving?.joints ?? []), ...(this.#gesture?.playback.clip.moving ?? [])]);
    return { pose, none: new Pose(jointCount), joints: Uint16Array.from(joints), morphs, fade, passed: 0 };
  }
}

function gestureWeight({ playback: { clip, cursor }, fade, weight }: Gesture): number {
  const seconds = cursor.time[0];
  const edge = Math.min(seconds, clip.duration - seconds);
  return fade > 0 ? weight * smooth(Math.min(1, Math.max(0, edge / fade))) : weight;
}

function leavingWeight({ passed, fade }: Leaving): number {
  return 1 - smooth(passed / fade);
}
