import { Pose } from '../skeleton/pose.ts';
import type { Skeleton } from '../skeleton/skeleton.ts';
import { blendPoses } from './blend-poses.ts';
import type { Clip } from './clip.ts';
import { GestureLayer } from './gesture-layer.ts';
import { MorphWeights } from './morph-weights.ts';
import { addPlaybackMorphs, createPlayback, type Playback, smooth, stepPlayback } from './playback.ts';
import { clipTime, sampleAtCursor } from './sample-clip.ts';

export interface PlayOptions {
  /** Seconds of cross-fade from what plays now; 0 cuts. Default 0.25. */
  readonly fade?: number;
  /** Seconds into the clip to start at. Default 0; between two clips that walk, the same part of the step. */
  readonly phase?: number;
  /** Playback rate, > 0. Default 1. */
  readonly rate?: number;
}

export interface GestureOptions {
  /** Seconds to come in and to go out. Default 0.2. */
  readonly fade?: number;
  /** How strongly it is laid over, 0..1. Default 1. */
  readonly weight?: number;
}

const DEFAULT_FADE = 0.25;

/**
 * What an avatar does: one clip, cross-faded from the one before, and at most one gesture laid over both. `advance` moves time
 * (cheap, every frame); `evaluate` makes the pose (when somebody will look). Neither allocates.
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
  /** Weights of all morph targets that clips have moved or somebody has set. */
  readonly morphs = new MorphWeights();
  readonly #clips = new Map<string, Clip>();
  readonly #numbers = new Map<Clip, number>();
  readonly #rest: Pose;
  /** `Skeleton.working.layer` */
  readonly #layer: Pose;
  #frozen: Pose | undefined;
  /** What clips gave each morph weight in that pose. */
  #frozenMorphs = new Float32Array(0);
  #current: Playback | undefined;
  #from: Playback | undefined;
  /** The fade comes from a frozen pose: it began in the middle of another fade. */
  #fromFrozen = false;
  #fade = 0;
  #faded = 0;
  readonly #gestures: GestureLayer;
  /** 1 for each joint whose pose somebody wants. The avatar's skins decide; all of them when nobody has said. */
  used: Uint8Array;

  constructor(skeleton: Skeleton) {
    this.#rest = skeleton.rest;
    this.used = new Uint8Array(skeleton.jointCount).fill(1);
    this.#layer = skeleton.working.layer;
    this.#gestures = new GestureLayer(this.#layer);
  }

  /** Makes a clip known under its name (replacing one of the same name; what plays goes on). */
  add(clip: Clip, name = clip.name): void {
    this.#clips.set(name, clip);
    if (!this.#numbers.has(clip)) this.#numbers.set(clip, this.#numbers.size);
  }

  has(name: string): boolean {
    return this.#clips.has(name);
  }

  /** m/s over the floor of a clip that walks in place, 0 of one that stands; undefined where there is none of that name. */
  speedOf(name: string): number | undefined {
    return this.#clips.get(name)?.speed;
  }

  get names(): string[] {
    return [...this.#clips.keys()];
  }

  /** The clip that plays (or fades in). */
  get current(): Clip | undefined {
    return this.#current?.clip;
  }

  /** Which of the clips that were added plays, in the order of adding; -1 where none does. */
  get playing(): number {
    return this.#current ? (this.#numbers.get(this.#current.clip) ?? -1) : -1;
  }

  /** Where the clip that plays is, 0..1; -1 while another is mixed in or nothing plays: no two such moments are the same. */
  get phase(): number {
    const current = this.#current;
    if (!current || this.#from || this.#gestures.active) return -1;
    return current.cursor.time[0] / current.clip.duration;
  }

  /** The clip that plays has come to its end and stays there. Loops never end. */
  get ended(): boolean {
    return this.#current !== undefined && !this.#current.clip.loop && this.#current.cursor.time[0] >= this.#current.clip.duration;
  }

  /**
   * Plays a clip from now on. Playing what plays already changes its rate only.
   * @returns false where no clip of that name is known: what plays goes on.
   * @throws RangeError where phase or rate is not finite: time would never be a number again.
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
   * Lays a clip once over what plays: only what moves it, relative to its own first pose. A gesture that still plays gives way
   * while this one comes in.
   * @returns false where no clip of that name is known.
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

  /** Sets the playback rate of what plays so that its feet cover `metresPerSecond`; a clip that stays in place is left alone. */
  matchSpeed(metresPerSecond: number): void {
    if (this.#current && this.#current.clip.speed > 0) this.#current.rate = metresPerSecond / this.#current.clip.speed;
  }

  /** @param seconds - since the last call, >= 0. */
  advance(seconds: number): void {
    if (this.#current) stepPlayback(this.#current, seconds);
    if (this.#from) {
      if (!this.#fromFrozen) stepPlayback(this.#from, seconds);
      this.#faded += seconds;
      if (!this.#fading) this.#from = undefined;
    }
    // Asked here and not there: where V8 does not inline the call, its argument is a box on the heap, for each avatar and frame.
    if (this.#gestures.active) this.#gestures.advance(seconds);
  }

  /** Writes the pose of this moment, and the morph weights into `morphs`. */
  evaluate(pose: Pose): void {
    this.#evaluateBase(pose);
    this.#evaluateMorphs();
    this.#gestures.addTo(pose, this.used);
  }

  get #fading(): boolean {
    return this.#from !== undefined && this.#faded < this.#fade;
  }

  /** Keeps the pose of now, a mixture, to fade from. Not in the frame loop: it may allocate. */
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

  /** Of what plays and what it fades from. */
  #addClipMorphs(): void {
    const { values } = this.morphs;
    const came = this.#fading ? smooth(this.#faded / this.#fade) : 1;
    if (this.#current) addPlaybackMorphs(this.#current, came, values);
    if (!this.#from || came === 1) return;
    if (!this.#fromFrozen) addPlaybackMorphs(this.#from, 1 - came, values);
    else for (let i = 0; i < this.#frozenMorphs.length; i++) values[i] += this.#frozenMorphs[i] * (1 - came);
  }

  /** Where `clip` starts so that, coming from another clip that walks, the feet stay in step. */
  #sameStep(clip: Clip): number {
    const before = this.#current;
    if (!before || before.clip.speed === 0 || clip.speed === 0) return 0;
    return (before.cursor.time[0] / before.clip.duration) * clip.duration;
  }
}
