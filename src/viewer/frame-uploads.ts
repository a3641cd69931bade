import type { UploadJob, Uploads } from '../room/ports.ts';

/** Bytes that a frame uploads at most, about. */
const FRAME_BYTES = 1 << 20;
const SLICE_BYTES = 256 << 10;

/** Uploads in the order they came, a fixed number of bytes a frame. */
export class FrameUploads implements Uploads {
  readonly #jobs: { readonly job: UploadJob; readonly resolve: () => void }[] = [];

  add(job: UploadJob): Promise<void> {
    return new Promise(resolve => this.#jobs.push({ job, resolve }));
  }

  frame(): void {
    for (let left = FRAME_BYTES; left > 0 && this.#jobs.length > 0; ) {
      const { job, resolve } = this.#jobs[0];
      left -= Math.max(1024, job.step(SLICE_BYTES));
      if (!job.done) continue;
      this.#jobs.shift();
      resolve();
    }
  }
}
