/**
 * Checks what an import would write, before it reads a model. It refuses outputs that are inputs, and lists what would be
 * replaced.
 */
import { access, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { systemTrouble } from '../../node/system-trouble.ts';
import { checkJsonMemory } from '../file/json-memory.ts';
import { withoutMark } from '../file/sandboxed-files.ts';
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
  const refuse = (refusal: string): Targets => ({ refusal, notes: [] });
  if (root !== undefined && !(await isFolder(root))) return refuse(`--root ${root} is no folder`);
  const outputs = new Set([...documents, ...pictures.flat()].map(name => resolve(out, name)));
  const left = [out, ...(cache ? [cache] : [])];
  const resources = `${resolve(out, 'resources')}/`;
  for (const file of files) {
    const sources = (await sourceFiles(file, root, left)) ?? [resolve(file)];
    // What an import wrote into a folder of models would be read as a model the next time.
    const isWithin = `${resolve(out)}/`.startsWith(`${resolve(file)}/`) && (await isFolder(file));
    if (sources.includes(resolve(out)) && !(await isFolder(out)))
      return refuse(`--out ${out} is a file that is read: name a folder`);
    if (isWithin || sources.includes(resolve(out)))
      return refuse(`--out ${out} lies in a folder that is read (${file}): choose another folder`);
    const hit = sources.find(source => outputs.has(source) || `${source}/`.startsWith(resources));
    if (hit !== undefined) return refuse(`${hit} is read, and --out ${out} would write over it: choose another folder`);
  }
  const notes: string[] = [];
  for (const [i, name] of documents.entries()) {
    const path = join(out, name);
    const { found, trouble } = await roomAt(path);
    if (trouble !== undefined) return refuse(`${path} cannot be opened (${trouble}): choose another --out`);
    for (const picture of pictures[i] ?? []) {
      const drawn = join(out, picture);
      if (!(await exists(drawn))) continue;
      // A picture beside a room is taken for that room's; one without a room is somebody else's.
      if (found === undefined)
        return refuse(`${drawn} is no picture that foyer wrote, and would be replaced: choose another --out`);
      notes.push(`${drawn} will be replaced`);
    }
    if (found === undefined) continue;
    if (found === '') return refuse(`${path} is no room that foyer wrote, and would be replaced: choose another --out`);
    notes.push(`${path} will be replaced: it holds the room "${found}"`);
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
 * for a missing file. `trouble` says why a file cannot be read.
 */
async function roomAt(path: string): Promise<{ readonly found?: string; readonly trouble?: string }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (/^(ENOENT|ENOTDIR)$/.test(code)) return {};
    const trouble = code === 'EISDIR' ? undefined : systemTrouble(error, 'read');
    return trouble === undefined ? { found: '' } : { trouble };
  }
  try {
    checkJsonMemory(bytes, path);
    const { denormalized } = JSON.parse(withoutMark(bytes.toString('utf8'))) as {
      denormalized?: Record<string, { data?: { name?: unknown } }>;
    };
    if (typeof denormalized !== 'object' || denormalized === null) return { found: '' };
    const name = denormalized[basename(path)]?.data?.name;
    return { found: typeof name === 'string' && name !== '' ? name : basename(path) };
  } catch {
    return { found: '' };
  }
}
