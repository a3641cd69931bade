/** How models are read. */
export interface ReadOptions {
  /** Folder of a pack: its models may name files anywhere below it. Where not given, only files in the model's own folder and below. */
  readonly root?: string | undefined;
}
