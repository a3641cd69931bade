import { Pose } from '../skeleton/pose.ts';
import { addPose } from './blend-poses.ts';
import { addPlaybackMorphs, type Playback, smooth } from './playback.ts';
import { sampleAtCursor } from './sample-clip.ts';

interface Gesture {
  readonly playback: Playback;
  readonly fade: number;
  readonly weight: number;
}

/** What was laid over a pose at the moment when another gesture took its place. */
interface Leaving {
  /** Rotations and translations that are laid over, as a pose of their own. */
  readonly pose: Pose;
  /** What it is relative to: no rotations, no translations. */
  readonly none: Pose;
  /** Joints that it moves. */
  readonly joints: Uint16Array;
  readonly morphs: Float32Array;
  readonly fade: number;
  passed: number;
}

/**
 * What is laid over a pose: one gesture, and while it comes in, what the gesture before it had become (frozen, on its way out), so that nothing
 * jumps whenever it begins.
 */
export class GestureLayer {
  /** To sample into: `Skeleton.working.layer`. */
  readonly #layer: Pose;
  #gesture: Gesture | undefined;
  #leaving: Leaving | undefined;

  constructor(layer: Pose) {
    this.#layer = layer;
  }

  /** A gesture plays that has not come to its end. */
  get playing(): boolean {
    return this.#gesture !== undefined;
  }

  /** Anything is laid over. */
  get active(): boolean {
    return this.#gesture !== undefined || this.#leaving !== undefined;
  }

  /**
   * @param fade - seconds to come in and to go out.
   * @param used - see `sampleAtCursor`. @param slots - how many morph weights there are.
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

  /** Lays it over `pose`. Allocates nothing. */
  addTo(pose: Pose, used: Uint8Array): void {
    const leaving = this.#leaving;
    if (leaving) addPose(pose, leaving.pose, leaving.none, leaving.joints, leavingWeight(leaving));
    if (!this.#gesture) return;
    const { clip, cursor } = this.#gesture.playback;
    sampleAtCursor(clip, cursor, this.#layer, used);
    addPose(pose, this.#layer, clip.first, clip.moving, gestureWeight(this.#gesture));
  }

  /** Adds its morph weights. Allocates nothing. */
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
