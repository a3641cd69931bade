import { Pose } from '../skeleton/pose.ts';
import type { Skeleton } from '../skeleton/skeleton.ts';
import { blendPoses } from './blend-poses.ts';
import type { Clip } from './clip.ts';
import { GestureLayer } from './gesture-layer.ts';
import { MorphWeights } from './morph-weights.ts';
import { addPlaybackMorphs, createPlayback, type Playback, smooth, stepPlayback } from './playback.ts';
import { clipTime, sampleAtCursor } from './sample-clip.ts';

export interface PlayOptions {
  /** Cross-fade from the playing clip, seconds; 0 cuts. Default 0.25. */
  readonly fade?: number;
  /** Start time in the clip, seconds. Default 0; between two walking clips, the same phase of the step. */
  readonly phase?: number;
  /** Playback rate, > 0. Default 1. */
  readonly rate?: number;
}

export interface GestureOptions {
  /** Fade-in and fade-out, seconds. Default 0.2. */
  readonly fade?: number;
  /** Strength of the gesture, 0..1. Default 1. */
  readonly weight?: number;
}

const DEFAULT_FADE = 0.25;

/**
 * Plays an avatar's clips: one clip, cross-faded from the previous one, and at most one gesture on top of both.
 * `advance` moves time and is cheap enough for every frame. `evaluate` computes the pose when it is needed. Neither allocates.
 *
 * ```ts
 * animator.add(walking);
 * animator.play('walking', { fade: 0.3 });
 * animator.gesture('wave');
 * animator.advance(1 / 60);
 * animator.evaluate(pose);
 * ```
 */
export class Animator {
  /** Weights of all morph targets that clips move or callers set. */
  readonly morphs = new MorphWeights();
  readonly #clips = new Map<string, Clip>();
  readonly #numbers = new Map<Clip, number>();
  readonly #rest: Pose;
  /** `Skeleton.working.layer` */
  readonly #layer: Pose;
  #frozen: Pose | undefined;
  /** The clips' share of each morph weight in the frozen pose. */
  #frozenMorphs = new Float32Array(0);
  #current: Playback | undefined;
  #from: Playback | undefined;
  /** True if the fade starts from a frozen pose, because it began during another fade. */
  #fromFrozen = false;
  #fade = 0;
  #faded = 0;
  readonly #gestures: GestureLayer;
  /** 1 for each joint that needs a pose. The avatar's skins decide; by default, all joints. */
  used: Uint8Array;

  constructor(skeleton: Skeleton) {
    this.#rest = skeleton.rest;
    this.used = new Uint8Array(skeleton.jointCount).fill(1);
    this.#layer = skeleton.working.layer;
    this.#gestures = new GestureLayer(this.#layer);
  }

  /** Registers a clip under its name, replacing one of the same name. A playing clip goes on. */
  add(clip: Clip, name = clip.name): void {
    this.#clips.set(name, clip);
    if (!this.#numbers.has(clip)) this.#numbers.set(clip, this.#numbers.size);
  }

  has(name: string): boolean {
    return this.#clips.has(name);
  }

  /** Returns the floor speed in m/s of a clip that walks in place, 0 for one that stands, undefined for an unknown name. */
  speedOf(name: string): number | undefined {
    return this.#clips.get(name)?.speed;
  }

  get names(): string[] {
    return [...this.#clips.keys()];
  }

  /** The clip that plays or fades in. */
  get current(): Clip | undefined {
    return this.#current?.clip;
  }

  /** Index of the playing clip, in the order of adding; -1 if none plays. */
  get playing(): number {
    return this.#current ? (this.#numbers.get(this.#current.clip) ?? -1) : -1;
  }

  /**
   * Phase of the playing clip, 0..1. It is -1 while another clip is mixed in or nothing plays: no two such poses are the same.
   */
  get phase(): number {
    const current = this.#current;
    if (!current || this.#from || this.#gestures.active) return -1;
    return current.cursor.time[0] / current.clip.duration;
  }

  /** True if the playing clip has reached its end and holds it. Loops never end. */
  get ended(): boolean {
    return this.#current !== undefined && !this.#current.clip.loop && this.#current.cursor.time[0] >= this.#current.clip.duration;
  }

  /**
   * Starts a clip. If the clip already plays, only its rate changes.
   *
   * @returns false if no clip of that name is known; then the current clip goes on.
   * @throws RangeError if phase or rate is not finite: time would stay NaN.
   */
  play(name: string, { fade = DEFAULT_FADE, phase, rate = 1 }: PlayOptions = {}): boolean {
    const clip = this.#clips.get(name);
    if (!clip) return false;
    if (!Number.isFinite(phase ?? 0) || !Number.isFinite(rate))
      throw new RangeError(`phase and rate of "${name}" must be finite, got ${phase} and ${rate}`);
    if (this.#current?.clip === clip && phase === undefined && !this.ended) {
      this.#current.rate = rate;
      return true;
    }
    const next = createPlayback(clip, rate, this.morphs);
    next.cursor.time[0] = clipTime(clip, phase ?? this.#sameStep(clip));
    if (fade > 0 && this.#current) {
      if (this.#fading) this.#freeze();
      else this.#fromFrozen = false;
      this.#from = this.#current;
    } else {
      this.#from = undefined;
      this.#fromFrozen = false;
    }
    this.#current = next;
    this.#fade = fade;
    this.#faded = 0;
    return true;
  }

  /**
   * Plays a clip once on top of the current one, relative to the gesture's own first pose and only for the joints that it moves.
   * A gesture that is still playing fades out meanwhile.
   *
   * @returns false if no clip of that name is known.
   */
  gesture(name: string, { fade = 0.2, weight = 1 }: GestureOptions = {}): boolean {
    const clip = this.#clips.get(name);
    if (!clip) return false;
    const playback = createPlayback(clip, 1, this.morphs);
    this.#gestures.start(playback, fade, weight, this.used, this.morphs.values.length);
    return true;
  }

  get gesturing(): boolean {
    return this.#gestures.playing;
  }

  /** Sets the playback rate so that the feet cover `metresPerSecond`. A clip that stays in place keeps its rate. */
  matchSpeed(metresPerSecond: number): void {
    if (this.#current && this.#current.clip.speed > 0) this.#current.rate = metresPerSecond / this.#current.clip.speed;
  }

  /**
   * Advances time.
   *
   * @param seconds - since the last call, >= 0.
   */
  advance(seconds: number): void {
    if (this.#current) stepPlayback(this.#current, seconds);
    if (this.#from) {
      if (!this.#fromFrozen) stepPlayback(this.#from, seconds);
      this.#faded += seconds;
      if (!this.#fading) this.#from = undefined;
    }
    // Checked here, not in the callee: if V8 does not inline the call, its argument is boxed on the heap, once an avatar and
    // frame.
    if (this.#gestures.active) this.#gestures.advance(seconds);
  }

  /** Writes the current pose to `pose`, and the morph weights to `morphs`. */
  evaluate(pose: Pose): void {
    this.#evaluateBase(pose);
    this.#evaluateMorphs();
    this.#gestures.addTo(pose, this.used);
  }

  get #fading(): boolean {
    return this.#from !== undefined && this.#faded < this.#fade;
  }

  /** Stores the current blended pose to fade from. Runs outside the frame loop, so it may allocate. */
  #freeze(): void {
    const now = new Pose(this.#rest.jointCount);
    this.#evaluateBase(now);
    const { morphs } = this;
    morphs.clear();
    this.#addClipMorphs();
    this.#frozenMorphs = morphs.values.slice();
    this.#frozen = now;
    this.#fromFrozen = true;
  }

  #evaluateBase(pose: Pose): void {
    const current = this.#current;
    if (!current) {
      pose.copy(this.#rest);
      return;
    }
    sampleAtCursor(current.clip, current.cursor, pose, this.used);
    if (!this.#fading || !this.#from) return;
    const left = 1 - smooth(this.#faded / this.#fade);
    if (this.#fromFrozen && this.#frozen) blendPoses(pose, this.#frozen, left);
    else {
      sampleAtCursor(this.#from.clip, this.#from.cursor, this.#layer, this.used);
      blendPoses(pose, this.#layer, left);
    }
  }

  #evaluateMorphs(): void {
    if (this.morphs.count === 0) return;
    this.morphs.begin();
    this.#addClipMorphs();
    this.#gestures.addMorphs(this.morphs.values);
  }

  /** Adds the morph weights of the playing clip and of the one it fades from. */
  #addClipMorphs(): void {
    const { values } = this.morphs;
    const came = this.#fading ? smooth(this.#faded / this.#fade) : 1;
    if (this.#current) addPlaybackMorphs(this.#current, came, values);
    if (!this.#from || came === 1) return;
    if (!this.#fromFrozen) addPlaybackMorphs(this.#from, 1 - came, values);
    else for (let i = 0; i < this.#frozenMorphs.length; i++) values[i] += this.#frozenMorphs[i] * (1 - came);
  }

  /** Returns the start time of `clip` that keeps the feet in step with another walking clip. */
  #sameStep(clip: Clip): number {
    const before = this.#current;
    if (!before || before.clip.speed === 0 || clip.speed === 0) return 0;
    return (before.cursor.time[0] / before.clip.duration) * clip.duration;
  }
}
