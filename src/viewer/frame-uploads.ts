import { type Clock, systemClock } from '../core/clock.ts';
import type { UploadJob, Uploads } from '../room/ports.ts';

const SLICE_BYTES = 256 << 10;
/** Milliseconds a frame, while the visitor waits and while the visitor looks around. */
const LOADING_MS = 6;
const INTERACTING_MS = 2;
/** Frames that are slow anyway may spend that share of their time. */
const SHARE = 0.1;

/** Uploads in the order they came, in slices, for a few milliseconds a frame. */
export class FrameUploads implements Uploads {
  readonly #clock: Clock;
  readonly #jobs: { readonly job: UploadJob; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  add(job: UploadJob): Promise<void> {
    return new Promise((resolve, reject) => this.#jobs.push({ job, resolve, reject }));
  }

  /** @param frameMs - what the latest frame took. @param interacting - the visitor is looking around. */
  frame(frameMs: number, interacting: boolean): void {
    if (this.#jobs.length === 0) return;
    const end = this.#clock.now() + Math.max(interacting ? INTERACTING_MS : LOADING_MS, frameMs * SHARE);
    do this.#slice();
    while (this.#jobs.length > 0 && this.#clock.now() < end);
  }

  #slice(): void {
    const { job, resolve, reject } = this.#jobs[0];
    try {
      if (!job.done) job.step(SLICE_BYTES);
      if (!job.done) return;
      resolve();
    } catch (error) {
      reject(error);
    }
    this.#jobs.shift();
  }
}
