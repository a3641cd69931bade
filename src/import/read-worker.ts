import { parentPort } from 'node:worker_threads';
import { FormatError, type FormatErrorFields } from '../core/errors.ts';
import type { ImportedModel } from './imported-model.ts';
import { readModel } from './readers.ts';

/** The thread of ModelReaderThread: a message is the files of one model, the reply what became of it. */
export interface ReadReply {
  readonly model?: ImportedModel;
  /** What a FormatError was made of. */
  readonly format?: FormatErrorFields & { readonly reason: string };
  /** Any other error, which is a defect of ours. */
  readonly message?: string;
}

parentPort?.on('message', async (files: readonly string[]) => {
  let reply: ReadReply;
  try {
    reply = { model: await readModel(files) };
  } catch (error) {
    // Causes do not all survive the way between threads; what they say is in the reason.
    if (error instanceof FormatError) {
      const { reason, url, at, value } = error;
      reply = {
        format: { reason, url, ...(at === undefined ? {} : { at }), ...(value === undefined ? {} : { value: plain(value) }) },
      };
    } else reply = { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(reply);
});

function plain(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return String(value);
  }
}
