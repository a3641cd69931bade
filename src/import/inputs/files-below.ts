/** Lists the files of a folder of models. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError } from '../../core/errors.ts';
import { causeInWords } from '../../node/system-trouble.ts';

/** Maximum number of files in a folder or an archive. */
export const MAX_FILES = 10_000;
/** Maximum depth of nested folders. */
const MAX_DEPTH = 12;

/**
 * Lists regular files at any depth, in a fixed order. It skips hidden ones (`.git`, `__MACOSX`).
 *
 * @param shown - returns a path as messages show it.
 * @throws FormatError for a folder that cannot be opened, and for too many files.
 */
export async function filesBelow(folder: string, shown: (path: string) => string): Promise<string[]> {
  const files: string[] = [];
  await collect(folder, 0, files, shown);
  return files;
}

async function collect(folder: string, depth: number, into: string[], shown: (path: string) => string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    const reason = `the folder cannot be opened (${causeInWords(cause, 'read')})`;
    throw new FormatError(reason, { url: shown(folder), cause });
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === '__MACOSX' || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < MAX_DEPTH) await collect(path, depth + 1, into, shown);
    else if (entry.isFile()) into.push(path);
    if (into.length > MAX_FILES)
      throw new FormatError(`at most ${MAX_FILES} files`, { url: shown(folder), at: 'files', value: into.length });
  }
}
