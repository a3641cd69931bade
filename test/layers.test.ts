import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

// docs/architecture.md: one direction of imports. A folder may import itself and those named here.
const below = ['core', 'net', 'graph', 'assets', 'avatar', 'render'];
const mayImport: Record<string, string[]> = {
  core: [],
  node: [],
  net: ['core'],
  graph: ['core', 'net'],
  assets: ['core', 'net'],
  avatar: ['core', 'assets'],
  render: ['core', 'assets', 'avatar'],
  room: below,
  live: [...below, 'room'],
  viewer: [...below, 'room', 'live'],
  d3d9: ['core'],
  'shader-page': ['core', 'render', 'avatar', 'd3d9'],
  import: ['core', 'node', 'graph', 'assets'],
  content: ['core', 'node', 'graph', 'assets', 'import'],
  server: ['core', 'node', 'graph'],
  'stats-page': [],
  cli: [...below, 'node', 'server', 'room', 'live', 'viewer', 'd3d9', 'shader-page', 'import'],
};
// Files that stand at the top of src are entry points: they may import all.

const src = resolve(import.meta.dirname, '../src');

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(f => f.endsWith('.ts') && !f.endsWith('.d.ts'))
    .map(f => join(folder, f));
}

/** The project's own files that `text`, standing at `file`, imports (static, dynamic, worker URLs; type imports count too). */
function importsOf(file: string, text: string): string[] {
  const specifiers = [
    ...text.matchAll(/(?:from|import|import\(|new URL\()\s*\(?\s*['"](\.{1,2}\/[^'"?]+)(?:\?[^'"]*)?['"]/g),
  ].map(m => m[1]);
  return specifiers.filter(s => s.endsWith('.ts')).map(s => resolve(dirname(file), s));
}

const folderOf = (file: string): string => {
  const parts = relative(src, file).split(/[\\/]/);
  return parts.length === 1 ? '' : parts[0];
};

function wrongArrows(files: Map<string, string[]>): string[] {
  const wrong: string[] = [];
  for (const [file, imports] of files) {
    const from = folderOf(file);
    if (from === '') continue;
    for (const target of imports) {
      const to = folderOf(target);
      if (to !== from && !mayImport[from]?.includes(to)) wrong.push(`${relative(src, file)} -> ${relative(src, target)}`);
    }
  }
  return wrong;
}

function circle(files: Map<string, string[]>): string[] | undefined {
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    if (state.get(file) === 'done') return undefined;
    path.push(file);
    if (state.get(file) === 'open') return path.slice(path.indexOf(file)).map(f => relative(src, f));
    state.set(file, 'open');
    for (const next of files.get(file) ?? []) {
      const found = visit(next);
      if (found) return found;
    }
    state.set(file, 'done');
    path.pop();
    return undefined;
  };
  for (const file of files.keys()) {
    const found = visit(file);
    if (found) return found;
  }
  return undefined;
}

describe('layers', () => {
  const files = new Map(sources(src).map(f => [f, importsOf(f, readFileSync(f, 'utf8'))]));

  it('no arrow runs the wrong way', () => {
    expect(wrongArrows(files)).toEqual([]);
  });

  it('what comes before a room is interactive imports no live room, but for types and on demand', () => {
    const eager = new Set(['page.ts', 'index.ts', 'three.ts'].map(file => join(src, file)));
    for (const file of eager) {
      const statics = readFileSync(file, 'utf8').matchAll(
        /^(?:import|export)\s+(?!type\b)(?:[^;'"]*?\sfrom\s+)?'(\.[^']+\.ts)'/gm,
      );
      for (const [, to] of statics) eager.add(resolve(dirname(file), to));
    }
    expect([...eager].map(file => relative(src, file)).filter(file => file.startsWith('live/'))).toEqual([]);
    expect(eager.size).toBeGreaterThan(100);
  });

  it('the shader compiler runs one way: source, symbols, assembly, hints', () => {
    const stages = ['glsl', 'symbols', 'assembly', 'hints'].map(stage => join(src, 'd3d9', stage));
    const stageOf = (file: string) => stages.findIndex(s => file.startsWith(`${s}/`));
    const back = [...files].flatMap(([file, imports]) =>
      stageOf(file) < 0
        ? []
        : imports.filter(i => stageOf(i) > stageOf(file)).map(i => `${relative(src, file)} -> ${relative(src, i)}`),
    );
    expect(back).toEqual([]);
  });

  it('the folders of the importer depend on each other one way', () => {
    const importer = join(src, 'import');
    const partOf = (file: string) => relative(importer, file).split(/[\\/]/);
    const folders = new Map<string, string[]>();
    for (const [file, imports] of files) {
      // Files at the top join the folders, or serve all of them.
      const inside = [file, ...imports].filter(each => each.startsWith(`${importer}/`) && partOf(each).length > 1);
      if (inside[0] !== file) continue;
      const [from, ...to] = inside.map(each => join(importer, partOf(each)[0]));
      folders.set(from, [...(folders.get(from) ?? []), ...to.filter(each => each !== from)]);
    }
    expect(folders.size).toBeGreaterThan(10);
    expect(circle(folders)).toBeUndefined();
  });

  it('no circle', () => {
    expect(circle(files)).toBeUndefined();
  });

  it('every folder of src has its rule', () => {
    const folders = readdirSync(src, { withFileTypes: true })
      .filter(e => e.isDirectory())
      .map(e => e.name);
    expect(folders.filter(f => !(f in mayImport))).toEqual([]);
  });

  it('finds a wrong arrow, a dynamic one and a worker too', () => {
    const at = join(src, 'core/a.ts');
    const text = `import { x } from '../net/queue.ts';\nconst y = await import('../room/r.ts');\nnew Worker(new URL('../viewer/w.ts', import.meta.url));`;
    expect(wrongArrows(new Map([[at, importsOf(at, text)]]))).toHaveLength(3);
  });

  it('finds a circle', () => {
    expect(
      circle(
        new Map([
          ['/a', ['/b']],
          ['/b', ['/c']],
          ['/c', ['/a']],
        ]),
      ),
    ).toHaveLength(4);
  });
});
