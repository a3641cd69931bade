import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../node/sha256.ts';

/** Files with all documents as of one position, so that a start does not read the whole log. */

export interface Checkpoint {
  readonly position: number;
  /** One aggregate each, as JSON. */
  readonly lines: readonly string[];
}

/** A checkpoint that was read. */
export interface Restored<Aggregate> {
  readonly position: number;
  readonly aggregates: readonly Aggregate[];
}

const KEPT = 2;
const pattern = /^(\d{15})\.checkpoint$/;

export class Checkpoints {
  readonly #folder: string;
  readonly #warn: (file: string, reason: string) => void;

  /** @param folder - one that exists. */
  constructor(folder: string, warn: (file: string, reason: string) => void) {
    this.#folder = folder;
    this.#warn = warn;
  }

  /**
   * Reads the newest complete one at or before `last`. Undefined if there is none. Damaged ones are skipped.
   * @param aggregateOf - reads one line; what it throws is the damage.
   */
  async read<Aggregate>(last: number, aggregateOf: (line: string) => Aggregate): Promise<Restored<Aggregate> | undefined> {
    for (const name of await this.#names()) {
      const position = Number(pattern.exec(name)?.[1]);
      try {
        // A position ahead of the log comes from another log, or from before this one was restored.
        if (position > last) throw new Error(`the log ends at ${last}`);
        return { position, aggregates: parse(await readFile(join(this.#folder, name), 'utf8')).map(aggregateOf) };
      } catch (error) {
        this.#warn(name, (error as Error).message);
      }
    }
    return undefined;
  }

  /** Writes one atomically, and removes those that are too old. */
  async write({ position, lines }: Checkpoint): Promise<void> {
    const name = `${String(position).padStart(15, '0')}.checkpoint`;
    const unfinished = join(this.#folder, `${name}.part`);
    const body = lines.map(line => `${line}\n`).join('');
    try {
      const file = await open(unfinished, 'w');
      try {
        await file.writeFile(`foyer checkpoint 1 ${sha256(body)}\n${body}`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, join(this.#folder, name));
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => {});
      throw error;
    }
    for (const old of (await this.#names()).slice(KEPT)) await rm(join(this.#folder, old), { force: true });
  }

  /** Newest first. */
  async #names(): Promise<readonly string[]> {
    return (await readdir(this.#folder))
      .filter(name => pattern.test(name))
      .sort()
      .reverse();
  }
}

/** @throws Error that says what is wrong with the file. */
function parse(text: string): readonly string[] {
  const end = text.indexOf('\n');
  const [, hash] = /^foyer checkpoint 1 ([0-9a-f]{64})$/.exec(text.slice(0, end)) ?? [];
  if (hash === undefined) throw new Error('the first line is not that of a checkpoint');
  const body = text.slice(end + 1);
  if (sha256(body) !== hash) throw new Error('the hash is not that of the content');
  // Version 0.1.0 wrote an empty line if there were no documents.
  return body.split('\n').filter(line => line !== '');
}
