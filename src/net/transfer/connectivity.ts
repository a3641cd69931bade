/** Whether there is a network at all. */
export interface Connectivity {
  /** False only when the browser is sure that there is none. */
  readonly online: boolean;
  /** @returns a function that removes the listener again. */
  onOnline(listener: () => void): () => void;
}

/** The browser's own. Without one (Node), always online. */
export const browserConnectivity: Connectivity = {
  get online() {
    return globalThis.navigator?.onLine !== false;
  },
  onOnline(listener) {
    globalThis.addEventListener?.('online', listener);
    return () => globalThis.removeEventListener?.('online', listener);
  },
};
