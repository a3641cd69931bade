import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../node/sha256.ts';
import { type TemporaryFolder, temporaryFolder } from '../../node/temporary-folder.ts';
import { Problem } from '../documents/problem.ts';
import type { Body } from '../documents/responses/responses.ts';
import type { RenderRequest } from './page-pool.ts';
import type { PictureSize, PictureType } from './picture-request.ts';

/** Serves pictures: from the disk cache if they exist, otherwise drawn once for all requests that wait. */

export interface Renderer {
  render(request: RenderRequest): Promise<Uint8Array>;
  close(): void;
}

export interface SnapshotsOptions {
  readonly renderer: Renderer;
  /** Folder of the cached pictures, which exists. Without it, a temporary one that `close` removes. */
  readonly folder?: string;
  /** Version of the renderer: part of every cache key. */
  readonly version: string;
  /** Maximum number of pictures that wait to be drawn. */
  readonly queue?: number;
}

export interface Picture {
  readonly bytes: Buffer;
  readonly etag: string;
}

const QUEUE = 16;
const KEPT = 2000;
/** Attempts for a picture whose worker ended while drawing it. */
const ATTEMPTS = 2;

export class Snapshots {
  readonly #options: SnapshotsOptions;
  readonly #drawing = new Map<string, Promise<Buffer>>();
  #made = 0;
  #temporary: Promise<TemporaryFolder> | undefined;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  /** Makes a temporary folder only for the first picture: most servers in memory draw none. */
  async #folder(): Promise<string> {
    if (this.#options.folder !== undefined) return this.#options.folder;
    this.#temporary ??= temporaryFolder('foyer-snapshots-');
    try {
      return (await this.#temporary).path;
    } catch (error) {
      // The next picture tries again.
      this.#temporary = undefined;
      throw error;
    }
  }

  /** Returns the ETag of a picture without drawing it. */
  key(scene: Body, { width, height }: PictureSize, type: PictureType): string {
    const parts = [scene.etag, width, height, type, this.#options.version];
    return sha256(JSON.stringify(parts)).slice(0, 32);
  }

  /** @throws Problem 503 if too many wait, or the picture cannot be drawn. */
  async picture(key: string, type: PictureType, request: RenderRequest): Promise<Buffer> {
    const file = join(await this.#folder(), `${key}.${type.slice(6)}`);
    const stored = await readFile(file).catch(() => undefined);
    if (stored) return stored;
    let drawing = this.#drawing.get(key);
    if (!drawing) {
      if (this.#drawing.size >= (this.#options.queue ?? QUEUE))
        throw new Problem(503, 'queue-full', 'too many snapshots are waiting', { retryAfter: 10 });
      drawing = this.#draw(file, request).finally(() => this.#drawing.delete(key));
      this.#drawing.set(key, drawing);
    }
    return drawing;
  }

  async #draw(file: string, request: RenderRequest): Promise<Buffer> {
    let reason = '';
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        const bytes = Buffer.from(await this.#options.renderer.render(request));
        await this.#store(file, bytes);
        return bytes;
      } catch (error) {
        reason = (error as Error).message;
      }
    }
    throw new Problem(503, 'no-snapshot', `the picture cannot be drawn: ${reason}`, { retryAfter: 30 });
  }

  async #store(file: string, bytes: Buffer): Promise<void> {
    try {
      const unfinished = `${file}.${process.pid}.${this.#made++}.part`;
      await writeFile(unfinished, bytes);
      await rename(unfinished, file);
      if (this.#made % 100 === 0) await this.#removeOld();
    } catch {
      // If the disk is full, the next request draws it again.
    }
  }

  async #removeOld(): Promise<void> {
    const folder = await this.#folder();
    const files = await Promise.all(
      (await readdir(folder)).map(async name => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
    );
    const old = files.sort((a, b) => b.at - a.at).slice(KEPT);
    for (const { name } of old) await rm(join(folder, name), { force: true });
  }

  async close(): Promise<void> {
    this.#options.renderer.close();
    await (await this.#temporary?.catch(() => undefined))?.remove();
  }
}
