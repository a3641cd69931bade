/** The thread of ModelReaderThread. A message holds the files of one model; the reply holds the result. */
// sharp needs it.
import 'node:child_process';
import { parentPort } from 'node:worker_threads';
import { FormatError, type FormatErrorFields } from '../../core/errors.ts';
import { collectGarbage } from '../../node/collect-garbage.ts';
import { isSmall } from '../model/small-model.ts';
import type { SourceProduct } from '../model/source-model.ts';
import { optimizeLater } from '../optimize-later.ts';
import type { Picture } from '../picture/picture.ts';
import type { ReadOptions } from '../read-options.ts';
import { withPackedClips } from './pack-clips.ts';
import { readModel } from './read-model.ts';
import { PictureSender, type SentModel, type SentPicture, type SentProduct } from './sent-pictures.ts';

export interface ReadRequest {
  readonly files: readonly string[];
  readonly options: ReadOptions;
}

/** The last reply to a request has neither `picture` nor `product`. */
export interface ReadReply {
  /** A picture, before the rest is read. */
  readonly picture?: SentPicture;
  /** What the avatar wears, before its clips are read. */
  readonly product?: SentProduct;
  /** Its outfit is empty where `product` came before. */
  readonly model?: SentModel;
  /** The fields of a FormatError. */
  readonly format?: FormatErrorFields & { readonly reason: string };
  /** Any other error, which is a bug in Foyer. */
  readonly message?: string;
}

// Most models are glTF. The thread waits for its first message anyway.
import('../gltf/read-gltf.ts').then(
  () => optimizeLater(),
  () => {},
);

const sender = new PictureSender();
/** Bytes of new pictures in a model, after which garbage is collected. */
const MANY_BYTES = 2 ** 24;

parentPort?.on('message', async ({ files, options }: ReadRequest) => {
  let reply: ReadReply;
  let isWornSent = false;
  const onProduct = (product: SourceProduct): void => {
    if (!isSmall([product])) return;
    // Copied: the reader needs the arrays until it has read all.
    parentPort?.postMessage({ product: sender.sendProduct(product) } satisfies ReadReply);
    isWornSent = true;
  };
  const onPicture = (picture: Picture): void => {
    parentPort?.postMessage({ picture: sender.sendPicture(picture) } satisfies ReadReply);
  };
  try {
    const model = await readModel(files, { ...options, onProduct, onPicture });
    const rest = model.avatar && isWornSent ? { ...model, avatar: { ...model.avatar, outfit: [] } } : model;
    reply = { model: sender.send(withPackedClips(rest)) };
  } catch (error) {
    // Some causes cannot pass between threads. The reason includes their text.
    if (error instanceof FormatError) {
      const { reason, url, at, value } = error;
      reply = {
        format: { reason, url, ...(at === undefined ? {} : { at }), ...(value === undefined ? {} : { value: plain(value) }) },
      };
    } else reply = { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(reply, [...new Set(buffersOf(reply.model))]);
  if (sender.takeBytes() >= MANY_BYTES) collectGarbage();
});

/**
 * Yields the buffers of numbers, which are transferred, not copied. sharp may own the bytes of pictures, so those cannot be
 * transferred.
 */
function* buffersOf(value: unknown): Iterable<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (!(value instanceof Uint8Array) && value.buffer instanceof ArrayBuffer) yield value.buffer;
  } else if (typeof value === 'object' && value !== null) {
    // A packed clip has one buffer, but may have thousands of views of it.
    if ('tracks' in value && Array.isArray(value.tracks)) yield* buffersOf(value.tracks[0]);
    else for (const child of Object.values(value)) yield* buffersOf(child);
  }
}

function plain(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return String(value);
  }
}
