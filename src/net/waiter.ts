import type { Priority } from './priority.ts';

/** Someone who asked for the resource. Settles once. */
export interface Waiter {
  priority: Priority;
  resolve(bytes: Uint8Array<ArrayBuffer>): void;
  reject(reason: unknown): void;
}

/**
 * A waiter and the promise that it settles. When the signal is aborted first, `onLeave` is called and the promise rejects with
 * the signal's reason; once it is settled the signal is let go of.
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
    const letGo = () => signal?.removeEventListener('abort', onAbort);
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
    signal?.addEventListener('abort', onAbort, { once: true });
    waiter = made;
  });
  // The executor has run by now.
  return { waiter: waiter as unknown as Waiter, done };
}
