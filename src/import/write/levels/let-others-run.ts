/** Resolves when what has arrived at this thread was handled: answers of other threads, and pictures that were encoded meanwhile. */
export const letOthersRun = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
