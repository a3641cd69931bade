/** A long upload to the GPU cut into slices, so that no frame waits for it. `UploadGovernor` runs them within the frame's time. */
export interface UploadJob {
  /** Uploads at most about `maxBytes` (at least one row, one mip level or one geometry). @returns how many bytes it was. */
  step(maxBytes: number): number;
  readonly done: boolean;
}
