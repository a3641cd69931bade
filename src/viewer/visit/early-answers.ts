/** Uses the answers that the page requested before the viewer's code had arrived (src/early.ts). */

declare global {
  /** By absolute URL. Undefined on pages that request nothing early. `requestRest` requests more, and is called when the code has arrived. */
  var foyerEarly: (Map<string, Promise<Response>> & { requestRest?: () => void }) | undefined;
}

/** Works like `fetch`, but uses an answer that is already under way, once (`FetchResponse.early`). */
export function fetchEarly(url: string, init: RequestInit): Promise<Response> {
  const early = globalThis.foyerEarly?.get(url);
  // A request that bypasses the cache is a different one.
  if (!early || init.cache) return fetch(url, init);
  globalThis.foyerEarly?.delete(url);
  // The caller that reads the answer may cancel it.
  init.signal?.addEventListener('abort', () => early.then(({ body }) => body?.cancel()).catch(() => {}));
  // The new request reports the error.
  return early.then(
    answer => Object.assign(answer, { early: true }),
    () => fetch(url, init),
  );
}
