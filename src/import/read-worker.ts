/** The thread of ModelReaderThread: a message is the files of one model, the reply what became of it. */
import { parentPort } from 'node:worker_threads';
import { FormatError, type FormatErrorFields } from '../core/errors.ts';
import type { ImportedModel } from './imported-model.ts';
import type { ReadOptions } from './read-options.ts';
import { readModel } from './readers.ts';

export interface ReadRequest {
  readonly files: readonly string[];
  readonly options: ReadOptions;
}

export interface ReadReply {
  readonly model?: ImportedModel;
  /** What a FormatError was made of. */
  readonly format?: FormatErrorFields & { readonly reason: string };
  /** Any other error, which is a defect of ours. */
  readonly message?: string;
}

parentPort?.on('message', async ({ files, options }: ReadRequest) => {
  let reply: ReadReply;
  try {
    reply = { model: await readModel(files, options) };
  } catch (error) {
    // Causes do not all survive the way between threads; what they say is in the reason.
    if (error instanceof FormatError) {
      const { reason, url, at, value } = error;
      reply = {
        format: { reason, url, ...(at === undefined ? {} : { at }), ...(value === undefined ? {} : { value: plain(value) }) },
      };
    } else reply = { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(reply, [...new Set(buffersOf(reply.model))]);
});

/** Those of numbers are handed over, not copied. Bytes of pictures may be sharp's own, which cannot be. */
function* buffersOf(value: unknown): Iterable<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (!(value instanceof Uint8Array) && value.buffer instanceof ArrayBuffer) yield value.buffer;
  } else if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) yield* buffersOf(child);
}

function plain(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return String(value);
  }
}
