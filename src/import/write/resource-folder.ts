/** Stores resource files by their hash. */

import { copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionOf, FILE_NAME, type FileType } from '../../core/resource-types.ts';
import { makeFolder } from '../../node/make-folder.ts';
import { sha256 } from '../../node/sha256.ts';
import { systemTrouble } from '../../node/system-trouble.ts';
import { deleteAtInterrupt } from '../../node/temporary-folder.ts';
import { withFolder } from './folder-lock.ts';

/** One file of the store, as resource edges refer to it. */
export interface StoredResource {
  /** Relative to the folder of the room documents. */
  readonly url: string;
  readonly bytes: number;
  readonly type: FileType;
  /** SHA-256, lower-case hex. */
  readonly hash: string;
}

const FOLDER = 'resources';

/** Bytes and files that may wait to be written. Each file is open meanwhile. */
const MOST_BYTES = 2 ** 24;
const MOST_FILES = 32;

/** Number of staging folders of this process, so that two simultaneous imports use two. */
let folders = 0;

/** @throws Error that names the folder, for any file in it that could not be written. */
async function writing<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const trouble = systemTrouble(cause, 'write');
    if (trouble === undefined) throw cause;
    throw new Error(`the room cannot be written to ${folder}: ${trouble}`, { cause });
  }
}

/** Moves a file into a folder, which may be on another disk than what lies beside it: a mounted volume, or a link. */
async function move(from: string, folder: string, name: string): Promise<void> {
  try {
    await rename(from, join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    // Renamed into place, so that nobody reads a part of it.
    const partial = join(folder, `.${name}.partial`);
    try {
      await copyFile(from, partial);
      await rename(partial, join(folder, name));
    } catch (trouble) {
      await rm(partial, { force: true }).catch(() => {});
      throw trouble;
    }
  }
}

/**
 * Stores files under the hash of their content. Equal bytes are one file, and several rooms share one folder. Everything is first
 * written beside the target; `commit` moves it there, the document last. A failed run leaves nothing behind, and an open room
 * never refers to a file that does not exist yet.
 */
export class ResourceFolder {
  readonly #folder: string;
  readonly #staging: string;
  readonly #signal: AbortSignal | undefined;
  #staged: Promise<void> | undefined;
  #keep: (() => void) | undefined;
  readonly #stored = new Map<string, StoredResource>();
  /** What is being written, and its bytes. A failure is kept for `commit`. */
  readonly #writing = new Map<Promise<void>, number>();
  #trouble: { readonly error: unknown } | undefined;
  #abandoned = false;

  /**
   * @param folder - for the room documents; created where it is missing.
   * @param signal - no more is put after it is aborted, and nothing is moved into place. Who aborts it abandons the folder.
   */
  constructor(folder: string, signal?: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
    this.#staging = `${folder.replace(/[\\/]+$/, '')}.partial-${process.pid}-${++folders}`;
  }

  get resources(): Iterable<StoredResource> {
    return this.#stored.values();
  }

  /** Begins to write a file. It waits only while many bytes are not written yet. @throws Error where an earlier one failed. */
  async put(bytes: Uint8Array, type: FileType): Promise<StoredResource> {
    this.#signal?.throwIfAborted();
    if (this.#abandoned) throw new Error('the import has ended');
    if (this.#trouble) throw this.#trouble.error;
    const hash = sha256(bytes);
    const name = `${hash.slice(0, 20)}.${extensionOf(type)}`;
    const known = this.#stored.get(name);
    if (known) return known;
    const resource: StoredResource = { url: `${FOLDER}/${name}`, bytes: bytes.byteLength, type, hash };
    this.#stored.set(name, resource);
    const work = writing(this.#folder, async () => {
      this.#keep ??= deleteAtInterrupt(this.#staging);
      await (this.#staged ??= makeFolder(this.#staging));
      await writeFile(join(this.#staging, name), bytes);
    })
      .catch((error: unknown) => {
        this.#trouble ??= { error };
      })
      .finally(() => this.#writing.delete(work));
    this.#writing.set(work, bytes.byteLength);
    let waiting = 0;
    for (const size of this.#writing.values()) waiting += size;
    if (waiting > MOST_BYTES || this.#writing.size > MOST_FILES) await this.#written();
    return resource;
  }

  /** Resolves when all that was put is written. @throws Error where it could not be. */
  async #written(): Promise<void> {
    await Promise.all(this.#writing.keys());
    if (this.#trouble) throw this.#trouble.error;
  }

  /** Reads a file that was put. @param url - as `put` returned it. */
  async read(url: string): Promise<Uint8Array> {
    await this.#written();
    return readFile(join(this.#staging, url.slice(FOLDER.length + 1)));
  }

  /** Moves everything into place, writes the document, then deletes resources that no document of the folder refers to. */
  async commit(documentName: string, document: string): Promise<void> {
    const resources = join(this.#folder, FOLDER);
    await this.#written();
    // One import at a time: another one would delete moved files that no document refers to yet.
    await writing(this.#folder, () =>
      withFolder(
        this.#folder,
        async () => {
          this.#signal?.throwIfAborted();
          await this.#moveInto(resources);
          const partial = join(this.#folder, `.${documentName}.partial`);
          await writeFile(partial, document);
          await rename(partial, join(this.#folder, documentName));
          await rm(this.#staging, { recursive: true, force: true });
          this.#keep?.();
          await this.#deleteOrphans(resources);
        },
        this.#signal,
      ),
    );
  }

  /** A new room gets the staging folder itself, one step in place of one a file. */
  async #moveInto(resources: string): Promise<void> {
    const isNew = await rename(this.#staging, resources).then(
      () => true,
      () => false,
    );
    if (isNew) return;
    await makeFolder(resources);
    for (const name of this.#stored.keys()) await move(join(this.#staging, name), resources, name);
  }

  /** Discards the staged files; the target stays as it was before the first `put`. Later ones are refused. */
  async abandon(): Promise<void> {
    this.#abandoned = true;
    // A file that is still being written would come back.
    await Promise.all(this.#writing.keys());
    // The earlier error is reported; a failed deletion is not.
    await rm(this.#staging, { recursive: true, force: true }).catch(() => {});
    this.#keep?.();
  }

  async #deleteOrphans(resources: string): Promise<void> {
    const documents = (await readdir(this.#folder)).filter(name => name.endsWith('.json'));
    const texts = await Promise.all(documents.map(name => readFile(join(this.#folder, name), 'utf8')));
    for (const name of await readdir(resources))
      if (FILE_NAME.test(name) && !texts.some(text => text.includes(name))) await rm(join(resources, name));
  }
}
