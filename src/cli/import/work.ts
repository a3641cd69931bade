/** What the commands `foyer import` and `foyer room` do with their files. */

import type { ReadOptions } from '../../import/read-options.ts';
import type { ReadModel } from '../../import/reading/read-model.ts';
import type { WriteOptions } from '../../import/write/write-options.ts';

/** The report of a command, as JSON and as lines. */
export interface Told {
  readonly json: unknown;
  readonly lines: readonly string[];
}

export type Work = (
  files: readonly string[],
  out: string,
  options: WriteOptions & ReadOptions,
  read: ReadModel,
) => Promise<{
  readonly told: Told;
  readonly documents: readonly string[];
  /** Models that were left out. */
  readonly leftOut?: LeftOutModels;
}>;

export interface LeftOutModels {
  readonly messages: readonly string[];
  readonly summary: string;
}
