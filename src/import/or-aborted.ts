import { untilAborted } from '../core/until-aborted.ts';

/** Works like `untilAborted`, where there may be no signal. */
export const orAborted = <T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> =>
  signal ? untilAborted(promise, signal) : promise;
