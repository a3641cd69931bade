/** What an import would write, before it reads a model: an input is never an output, and what would be replaced is named. */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { withoutMark } from './sandboxed-files.ts';
import { sourceFiles } from './source-files.ts';

/** What may be written, and what a person should know before. */
export interface Targets {
  /** Why nothing may be written. */
  readonly refusal?: string;
  /** What is replaced. */
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

/** The name of the room in that file, its file's where it has none; '' where the file is something else; undefined where there is none. */
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
