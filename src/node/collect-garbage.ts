/** Makes V8 release what nothing refers to. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Collects this thread's garbage at once, which takes some milliseconds. V8 does not count shared memory as its own, so it would keep
 * hundreds of megabytes of pixels that no code can reach.
 */
export function collectGarbage(): void {
  if (!collect) {
    try {
      setFlagsFromString('--expose-gc');
      collect = runInNewContext('gc') as () => void;
      setFlagsFromString('--no-expose-gc');
    } catch {
      // Another engine than V8, or another thread has just taken the flag back. It only saves memory, so the next call tries again.
      return;
    }
  }
  collect();
}
