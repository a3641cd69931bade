/** What a command of `foyer import` gets from its process. */
import type { Clock } from '../core/clock.ts';

export interface Terminal {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Whether the terminal can show a progress bar. */
  readonly interactive: boolean;
  /** Ends the command. Without it, --watch imports once. */
  readonly signal?: AbortSignal;
  /** Times long work and limits the reading of a model. Without it neither applies, and models are read in this thread. */
  readonly clock?: Clock;
}
