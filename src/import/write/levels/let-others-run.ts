/** Resolves when what has arrived at this thread was handled: answers of other threads, and pictures that were encoded meanwhile. */
export const letOthersRun = (): Promise<void> => new Promise(resolve => soon(resolve));

/** Pages have no setImmediate, and the bench of frames makes levels in one. */
const soon: (run: () => void) => unknown = globalThis.setImmediate ?? setTimeout;
