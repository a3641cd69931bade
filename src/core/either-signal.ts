/** A signal that aborts with the first of two. `AbortSignal.any` came with Chrome 116, Firefox 124 and Safari 17.4. */
export function eitherSignal(...signals: readonly [AbortSignal, AbortSignal]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) {
    const abort = () => controller.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true, signal: controller.signal });
  }
  return controller.signal;
}
