import type { ApiClient } from './server/api-client.ts';
import { ConflictError, LiveError } from './server/live-error.ts';

/** The place of a piece of furniture. Members that are left out stay as they are. */
export interface FurniturePlace {
  readonly position?: readonly [number, number, number];
  /** Unit quaternion. */
  readonly rotation?: readonly [number, number, number, number];
  readonly scale?: number | readonly [number, number, number];
}

/** One version of a piece of furniture. */
export interface HeldFurniture {
  readonly url: string;
  readonly etag: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Writes furniture edges. Changes are conditional on the version that was read, so nobody overwrites a change that they have not seen. */
export class FurnitureEdits {
  readonly #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** Reads the version that a later change is conditional on. @throws LiveError */
  async hold(url: string, signal?: AbortSignal): Promise<HeldFurniture> {
    const { document, etag } = await this.#api.ask({ url, signal });
    if (etag === undefined) throw new LiveError('the server sent no ETag for the furniture', { url });
    return { url, etag, data: dataOf(document) };
  }

  /**
   * @param held - the version that was read; the current one by default.
   * @returns the new version, to pass to the next change.
   * @throws ConflictError if somebody else changed it first; LiveError
   */
  async move(url: string, place: FurniturePlace, held?: HeldFurniture, signal?: AbortSignal): Promise<HeldFurniture> {
    const { etag } = held ?? (await this.hold(url, signal));
    const data = { ...place };
    const written = await this.#guarded(url, () => this.#api.ask({ method: 'POST', url, body: { data }, ifMatch: etag, signal }));
    return { url, etag: written.etag ?? etag, data: dataOf(written.document) };
  }

  /** @param group - the room's furniture group. @returns URL of the new edge. @throws LiveError */
  async add(group: string, product: string, place: FurniturePlace, key: string, signal?: AbortSignal): Promise<string> {
    const body = { relations: { ref: product }, data: { ...place } };
    return (await this.#api.ask({ method: 'POST', url: group, body, idempotencyKey: key, signal })).url;
  }

  /** @throws ConflictError, LiveError */
  async remove(url: string, held?: HeldFurniture, signal?: AbortSignal): Promise<void> {
    await this.#guarded(url, () => this.#api.ask({ method: 'DELETE', url, ifMatch: held?.etag, signal }));
  }

  async #guarded<T>(url: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (error instanceof LiveError && (error.status === 412 || error.status === 410)) throw await this.#conflict(url);
      throw error;
    }
  }

  async #conflict(url: string): Promise<LiveError> {
    try {
      const { document } = await this.#api.ask({ url });
      return new ConflictError(url, dataOf(document));
    } catch (error) {
      if (error instanceof LiveError && (error.status === 404 || error.status === 410)) return new ConflictError(url, undefined);
      throw error;
    }
  }
}

function dataOf(document: unknown): Readonly<Record<string, unknown>> {
  const data = typeof document === 'object' && document !== null ? (document as { readonly data?: unknown }).data : undefined;
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
}
