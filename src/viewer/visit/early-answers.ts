/** Takes up what the page requested before the viewer's code was there (src/early.ts). */

declare global {
  /** By absolute URL. Undefined on pages that request nothing early. */
  var foyerEarly: Map<string, Promise<Response>> | undefined;
}

/** As `fetch`, but takes the answer that is already on its way, once. */
export function fetchEarly(url: string, init: RequestInit): Promise<Response> {
  const early = globalThis.foyerEarly?.get(url);
  // A request past the cache is another one.
  if (!early || init.cache) return fetch(url, init);
  globalThis.foyerEarly?.delete(url);
  // Where somebody reads it, it is theirs to end.
  init.signal?.addEventListener('abort', () => early.then(({ body }) => body?.cancel()).catch(() => {}));
  // It tells the error itself.
  return early.catch(() => fetch(url, init));
}
