import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RESOURCE_NAME, RESOURCE_TYPES } from '../../core/resource-types.ts';
import { isResourceName } from '../documents/addresses.ts';
import { Problem } from '../documents/problem.ts';

/** The resources of rooms, in files named by the hash of their content. A file never changes, and rooms share it. */
export class Resources {
  /** Folder of new files. Undefined if the server accepts none. */
  readonly #folder: string | undefined;
  /** Folders that are searched, the own one first. */
  readonly folders: readonly string[];
  #uploads = 0;

  /**
   * @param folder - one that exists.
   * @param others - folders of resources that are only read.
   */
  constructor(folder: string | undefined, others: readonly string[]) {
    // Files are only served from absolute folders.
    this.#folder = folder === undefined ? undefined : resolve(folder);
    const read = others.filter(other => existsSync(other)).map(other => resolve(other));
    this.folders = [...(this.#folder === undefined ? [] : [this.#folder]), ...read];
  }

  path(name: string): string | undefined {
    if (!isResourceName(name)) return undefined;
    return this.folders.map(folder => join(folder, name)).find(file => existsSync(file));
  }

  has(name: string): boolean {
    return this.path(name) !== undefined;
  }

  /**
   * Stores a file as its bytes arrive, and keeps it only if they have the hash that its name begins with.
   * @param name - the first 20 hex digits of the SHA-256 and an ending: `0123456789abcdef0123.glb`.
   * @throws Problem 422 for other bytes, 413, 503 if the disk is full.
   */
  async put(name: string, body: AsyncIterable<Uint8Array>, limit: number): Promise<void> {
    const [, hash] = RESOURCE_NAME.exec(name) ?? [];
    if (hash === undefined || this.#folder === undefined)
      throw new Problem(
        422,
        'wrong-name',
        `a file is named by 20 hex digits of its SHA-256 and .${Object.keys(RESOURCE_TYPES).join(', .')}`,
        { value: name },
      );
    const unfinished = join(this.#folder, `.${name}.${process.pid}.${this.#uploads++}.part`);
    const digest = createHash('sha256');
    try {
      const file = await open(unfinished, 'w');
      try {
        let bytes = 0;
        for await (const chunk of body) {
          if ((bytes += chunk.byteLength) > limit)
            throw new Problem(413, 'too-large', `a resource may have at most ${limit} bytes`);
          digest.update(chunk);
          await file.write(chunk);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      const found = digest.digest('hex');
      if (!found.startsWith(hash))
        throw new Problem(422, 'wrong-hash', 'the hash of the bytes is not the one in the name', { value: found });
      await rename(unfinished, join(this.#folder, name));
    } catch (error) {
      await rm(unfinished, { force: true });
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOSPC' || code === 'EDQUOT')
        throw new Problem(503, 'disk-full', 'the disk takes no more', { retryAfter: 30 });
      throw error;
    }
  }

  async size(name: string): Promise<number | undefined> {
    const path = this.path(name);
    return path === undefined ? undefined : (await stat(path)).size;
  }

  read(name: string): ReturnType<typeof createReadStream> | undefined {
    const path = this.path(name);
    return path === undefined ? undefined : createReadStream(path);
  }
}
