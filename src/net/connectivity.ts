/** Whether there is a network at all. */
export interface Connectivity {
  /** False only when the browser is sure that there is none. */
  readonly online: boolean;
  /** Bytes a second that the browser believes the network to have; undefined where it does not say, or only that it is fast. */
  readonly downlink?: number | undefined;
  /** @returns a function that removes the listener again. */
  onOnline(listener: () => void): () => void;
}

/** Mbit/s: the most that browsers tell (https://wicg.github.io/netinfo/): "this, or more". */
const MOST_DOWNLINK = 10;

/** The browser's own; without one (Node), always online. */
export const browserConnectivity: Connectivity = {
  get online() {
    return globalThis.navigator?.onLine !== false;
  },
  get downlink() {
    const { connection } = (globalThis.navigator ?? {}) as { readonly connection?: { readonly downlink?: unknown } };
    const mbit = connection?.downlink;
    return typeof mbit === 'number' && mbit > 0 && mbit < MOST_DOWNLINK ? (mbit * 1e6) / 8 : undefined;
  },
  onOnline(listener) {
    globalThis.addEventListener?.('online', listener);
    return () => globalThis.removeEventListener?.('online', listener);
  },
};
