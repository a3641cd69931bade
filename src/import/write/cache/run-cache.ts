/** Caches the results of whole imports. */

import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { FILE_TYPES, FILE_URLS, type FileExtension } from '../../../core/resource-types.ts';
import { sha256 } from '../../../node/sha256.ts';
import { isLeftOut, sourceFiles } from '../../inputs/source-files.ts';
import { ResourceFolder } from '../resource-folder.ts';
import { readSealed, tryToKeep } from './encoding-cache.ts';
import { importerVersion } from './importer-version.ts';

/** Returns the SHA-256 of a file, which may be large. */
async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Files that are read at a time. Each is open meanwhile. */
const MOST_FILES = 32;

/** Shorter files are read by this thread: 80 files of 8 kB take 4 ms, and 34 by the threads that Node has for that. */
const SHORT = 2 ** 17;

/** Works like `readFile`, for a file that was just written. */
async function readWritten(file: string): Promise<Uint8Array> {
  return statSync(file).size < SHORT ? readFileSync(file) : readFile(file);
}

/** What a run wrote and reported. */
export interface Outcome {
  /** Names of the documents in the folder, in the order of writing. */
  readonly documents: readonly string[];
  /** The report; plain JSON. */
  readonly told: unknown;
}

const stored = v.object({
  documents: v.array(v.object({ name: v.string(), text: v.string(), resources: v.array(v.number()) })),
  /** In the order of their bytes. */
  resources: v.array(
    v.object({
      type: v.picklist(Object.values(FILE_TYPES)),
      bytes: v.number(),
    }),
  ),
  told: v.unknown(),
});
type Stored = v.InferOutput<typeof stored>;

/**
 * Remembers whole runs. The same command with the same bytes, options and importer writes the same files. They are restored
 * without opening a model.
 *
 * A run is one sealed file: length of the JSON (4 bytes), JSON, bytes of the resources.
 */
export class RunCache {
  readonly #folder: string;
  readonly #version: () => Promise<string>;

  /**
   * @param folder - created where it is missing; safe to delete at any time.
   * @param version - of the importer.
   */
  constructor(folder: string, version = importerVersion) {
    this.#folder = folder;
    this.#version = version;
  }

  /**
   * Returns the key of a run.
   *
   * @param files - what the user named, models or rooms.
   * @param what - everything else that affects the result; plain JSON.
   * @param root - folder below which models may name files.
   * @param out - folder that the run writes. It and the cache's own folder are no part of what is read.
   * @returns undefined where the files that would be read are unknown.
   */
  async keyOf(files: readonly string[], what: unknown, root?: string, out?: string): Promise<string | undefined> {
    const left = [this.#folder, out ?? ''].filter(folder => folder !== '').map(folder => resolve(folder));
    const hash = createHash('sha256').update(JSON.stringify([await this.#version(), files, what]));
    for (const file of files) {
      const sources = await sourceFiles(file, root, left);
      if (!sources) return undefined;
      for (const source of sources) {
        const info = await stat(source).catch(() => undefined);
        // A picture that a model names and that is not there.
        if (!info) {
          hash.update(`${source}\n`);
          continue;
        }
        const isFolder = info.isDirectory();
        const entries = async () => (await readdir(source)).filter(name => !isLeftOut(join(source, name), left));
        // The import says what is wrong with a file that cannot be read.
        const content = await (isFolder ? entries().then(names => sha256(names.sort().join('\n'))) : hashOf(source)).catch(
          () => {},
        );
        if (content === undefined) return undefined;
        hash.update(`${source}\n${content}\n`);
      }
    }
    return `run-${hash.digest('hex')}`;
  }

  /** Restores the files of a run, unless it is aborted. @returns its report; undefined where no valid entry exists. */
  async recall(key: string, out: string, signal?: AbortSignal): Promise<{ told: unknown } | undefined> {
    const run = await this.#read(key);
    if (!run) return undefined;
    for (const { name, text, resources } of run.documents) {
      const store = new ResourceFolder(out, signal);
      try {
        for (const r of resources) await store.put(run.bytes[r], run.resources[r].type);
        await store.commit(name, text);
      } catch (error) {
        await store.abandon();
        throw error;
      }
    }
    return { told: run.told };
  }

  /** Stores the files of a run from `out`. @returns the problem where it fails. */
  async remember(key: string, out: string, { documents, told }: Outcome): Promise<string | undefined> {
    const resources: Stored['resources'] = [];
    const numbers = new Map<string, number>();
    const add = (url: string): number => {
      const number = numbers.get(url) ?? numbers.size;
      numbers.set(url, number);
      return number;
    };
    const written: Stored['documents'] = [];
    for (const name of documents) {
      const text = await readFile(join(out, name), 'utf8');
      written.push({ name, text, resources: [...new Set(text.match(FILE_URLS))].map(add) });
    }
    const urls = [...numbers.keys()];
    const chunks: Uint8Array[] = [];
    while (chunks.length < urls.length)
      chunks.push(
        ...(await Promise.all(urls.slice(chunks.length, chunks.length + MOST_FILES).map(url => readWritten(join(out, url))))),
      );
    for (const [i, url] of urls.entries())
      resources.push({
        type: FILE_TYPES[url.slice(url.lastIndexOf('.') + 1) as FileExtension],
        bytes: chunks[i].byteLength,
      });
    const json = Buffer.from(JSON.stringify({ documents: written, resources, told } satisfies Stored));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(json.byteLength);
    return tryToKeep(this.#folder, key, length, json, ...chunks);
  }

  async #read(key: string): Promise<(Stored & { bytes: Uint8Array[] }) | undefined> {
    const sealed = await readSealed(join(this.#folder, key));
    if (!sealed) return undefined;
    const content = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    const start = 4 + content.readUInt32LE(0);
    const run = v.safeParse(stored, JSON.parse(content.toString('utf8', 4, start)));
    if (!run.success) return undefined;
    let at = start;
    const bytes = run.output.resources.map(r => content.subarray(at, (at += r.bytes)));
    return { ...run.output, bytes };
  }
}
