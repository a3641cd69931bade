/**
 * Checks what an import would write, before it reads a model. It refuses outputs that are inputs, and lists what would be
 * replaced.
 */
import { access, readFile, stat } from 'node:fs/promises';
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

/** What an import writes. */
export interface Written {
  readonly out: string;
  /** Names of the rooms' files in `out`. */
  readonly documents: readonly string[];
  /** Names of the pictures of each room, in the order of the rooms. */
  readonly pictures?: readonly (readonly string[])[];
  /** Folder of the encodings that are kept. */
  readonly cache?: string;
}

export async function checkTargets(
  files: readonly string[],
  { out, documents, pictures = [], cache }: Written,
  root?: string,
): Promise<Targets> {
  const outputs = new Set([...documents, ...pictures.flat()].map(name => resolve(out, name)));
  const left = [out, ...(cache ? [cache] : [])];
  const resources = `${resolve(out, 'resources')}/`;
  for (const file of files) {
    const sources = (await sourceFiles(file, root, left)) ?? [resolve(file)];
    // What an import wrote into a folder of models would be read as a model the next time.
    const isWithin = `${resolve(out)}/`.startsWith(`${resolve(file)}/`) && (await isFolder(file));
    if (isWithin || sources.includes(resolve(out)))
      return { refusal: `--out ${out} lies in a folder that is read (${file}): choose another folder`, notes: [] };
    const hit = sources.find(source => outputs.has(source) || `${source}/`.startsWith(resources));
    if (hit !== undefined)
      return { refusal: `${hit} is read, and --out ${out} would write over it: choose another folder`, notes: [] };
  }
  const notes: string[] = [];
  for (const [i, name] of documents.entries()) {
    const path = join(out, name);
    const found = await roomAt(path);
    for (const picture of pictures[i] ?? []) {
      const drawn = join(out, picture);
      if (!(await exists(drawn))) continue;
      // A picture beside a room is taken for that room's; one without a room is somebody else's.
      if (found === undefined)
        return { refusal: `${drawn} is no picture that foyer wrote, and would be replaced: choose another --out`, notes: [] };
      notes.push(`${drawn} is replaced`);
    }
    if (found === undefined) continue;
    if (found === '')
      return { refusal: `${path} is no room that foyer wrote, and would be replaced: choose another --out`, notes: [] };
    notes.push(`${path} is replaced: it holds the room "${found}"`);
  }
  return { notes };
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    info => info.isDirectory(),
    () => false,
  );

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

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
