import type { Priority } from './priority.ts';

/** One request for the resource. Settles once. */
export interface Waiter {
  priority: Priority;
  resolve(bytes: Uint8Array<ArrayBuffer>): void;
  reject(reason: unknown): void;
}

/**
 * Creates a waiter and the promise that it settles. If the signal aborts first, calls `onLeave` and rejects with its reason.
 * Once settled, the waiter releases the signal.
 */
export function createWaiter(
  { priority, signal }: { readonly priority: Priority; readonly signal?: AbortSignal | undefined },
  onLeave: (waiter: Waiter) => void,
): { readonly waiter: Waiter; readonly done: Promise<Uint8Array<ArrayBuffer>> } {
  let waiter: Waiter | undefined;
  const done = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
    const onAbort = () => {
      onLeave(made);
      made.reject(signal?.reason);
    };
    let letGo = () => {};
    const made: Waiter = {
      priority,
      resolve: bytes => {
        letGo();
        resolve(bytes);
      },
      reject: reason => {
        letGo();
        reject(reason);
      },
    };
    if (signal) letGo = whenAborted(signal, onAbort);
    waiter = made;
  });
  // The executor has run by now.
  return { waiter: waiter as unknown as Waiter, done };
}

/** Waiters by their signal. */
const leavers = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Listens once for each signal. A room's thousands of downloads share one, and removing a listener searches all (0.65 s for
 * 9,000).
 * @returns a function that stops listening.
 */
function whenAborted(signal: AbortSignal, leave: () => void): () => void {
  const known = leavers.get(signal);
  const all = known ?? new Set<() => void>();
  if (!known) {
    leavers.set(signal, all);
    const leaveAll = () => {
      for (const each of all) each();
    };
    signal.addEventListener('abort', leaveAll, { once: true });
  }
  all.add(leave);
  return () => all.delete(leave);
}
