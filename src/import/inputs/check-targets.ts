/**
 * Checks what an import would write, before it reads a model. It refuses outputs that are inputs, and lists what would be
 * replaced.
 */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { withoutMark } from './sandboxed-files.ts';
import { sourceFiles } from './source-files.ts';

/** The result of the check. */
export interface Targets {
  /** Why nothing may be written. */
  readonly refusal?: string;
  /** What would be replaced. */
  readonly notes: readonly string[];
}

/** @param documents - names of the rooms' files in `out`. */
export async function checkTargets(
  files: readonly string[],
  out: string,
  documents: readonly string[],
  root?: string,
): Promise<Targets> {
  const outputs = new Set(documents.map(name => resolve(out, name)));
  const resources = `${resolve(out, 'resources')}/`;
  for (const file of files) {
    const sources = (await sourceFiles(file, root)) ?? [resolve(file)];
    const hit = sources.find(source => outputs.has(source) || `${source}/`.startsWith(resources));
    if (hit !== undefined)
      return { refusal: `${hit} is read, and --out ${out} would write over it: choose another folder`, notes: [] };
  }
  const notes: string[] = [];
  for (const name of documents) {
    const path = join(out, name);
    const found = await roomAt(path);
    if (found === undefined) continue;
    if (found === '')
      return { refusal: `${path} is no room that foyer wrote, and would be replaced: choose another --out`, notes: [] };
    notes.push(`${path} is replaced: it holds the room "${found}"`);
  }
  return { notes };
}

/**
 * Returns the name of the room in a file, or the file's name where it has none. It is '' for another kind of file and undefined
 * for a missing file.
 */
async function roomAt(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return /^(ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? '') ? undefined : '';
  }
  try {
    const { denormalized } = JSON.parse(withoutMark(text)) as { denormalized?: Record<string, { data?: { name?: unknown } }> };
    if (typeof denormalized !== 'object' || denormalized === null) return '';
    const name = denormalized[basename(path)]?.data?.name;
    return typeof name === 'string' && name !== '' ? name : basename(path);
  } catch {
    return '';
  }
}
