/** Starts the threads of an import. */
import type { ModelReaderThread, ReadLimits } from '../../import/reading/model-reader-thread.ts';
import type { WriteThreads } from '../../import/write/threads/write-threads.ts';
import type { Terminal } from '../terminal.ts';

/** The thread that reads models, where there is a clock for its limits, and those that write. */
export interface ImportThreads {
  readonly reader: ModelReaderThread | undefined;
  readonly writers: WriteThreads;
  /** Ends the threads; later calls wait for the same end. */
  close(): Promise<void>;
}

/** Starts the reader at once, so that it loads its modules while the arguments are checked. Writers start when there is work. */
export async function startThreads({ clock }: Terminal, limits: ReadLimits): Promise<ImportThreads> {
  const { ModelReaderThread } = await import('../../import/reading/model-reader-thread.ts');
  const reader = clock && new ModelReaderThread(clock, limits);
  reader?.prepare();
  const { WriteThreads } = await import('../../import/write/threads/write-threads.ts');
  const writers = new WriteThreads();
  let closing: Promise<unknown> | undefined;
  return {
    reader,
    writers,
    async close() {
      await (closing ??= Promise.all([writers.close(), reader?.close()]));
    },
  };
}
