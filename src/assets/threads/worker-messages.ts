import type { DecodedKinds, DecodeJob, DecodeKind } from './decode-job.ts';

/** Page to worker. */
export interface DecodeRequest {
  readonly id: number;
  readonly job: DecodeJob;
}

/** The fields of a `FormatError`, which loses its class on the way between threads. */
export interface DecodeFailure {
  readonly reason: string;
  readonly at: string | undefined;
  /** Plain JSON. */
  readonly value: unknown;
}

/** Worker to page. */
export type DecodeAnswer =
  | { readonly ready: true }
  | { readonly id: number; readonly asset: DecodedKinds[DecodeKind] }
  | { readonly id: number; readonly failure: DecodeFailure }
  /** A worker of this browser cannot do it: the page must. */
  | { readonly id: number; readonly needsPage: true };
