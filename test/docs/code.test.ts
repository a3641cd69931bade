import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// What the documents tell people to write is checked against the types of what they would write it with.

const root = resolve(import.meta.dirname, '../..');
const markdown = ['README.md', 'CHANGELOG.md', ...readdirSync(join(root, 'docs')).map(name => `docs/${name}`)].filter(file =>
  file.endsWith('.md'),
);
const pages = readdirSync(join(root, 'docs/examples')).filter(file => file.endsWith('.html'));

/** What a piece of code stands in: names that the text around it explains. */
const around = `
import type { RoomViewer } from 'foyer';
import type { Object3D, PerspectiveCamera, Scene, WebGLRenderer } from 'three';
declare global {
  const viewer: RoomViewer;
  const avatar: NonNullable<RoomViewer['session']>['avatars'][number];
  const scene: Scene;
  const camera: PerspectiveCamera;
  const renderer: WebGLRenderer;
  const mesh: Object3D;
  const signal: AbortSignal;
  const seconds: number;
}
`;

interface Piece {
  /** `docs/viewer.md:86` */
  readonly from: string;
  readonly language: string;
  readonly code: string;
}

/** The fenced pieces of a Markdown text. */
function fences(file: string, text: string): Piece[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(({ 1: language, 2: code, index }) => {
    const line = text.slice(0, index).split('\n').length + 1;
    return { from: `${file}:${line}`, language, code };
  });
}

/** The scripts of a page or a piece of one. */
function scripts({ from, code }: Piece): Piece[] {
  const found = [...code.matchAll(/<script(?![^>]*(?:importmap|src=))[^>]*>(.*?)<\/script>/gs)];
  return found.map(({ 1: script }) => ({ from, language: 'js', code: script }));
}

const pieces = markdown.flatMap(file => fences(file, readFileSync(join(root, file), 'utf8')));
pieces.push(
  ...pages.map(file => ({
    from: `docs/examples/${file}`,
    language: 'html',
    code: readFileSync(join(root, 'docs/examples', file), 'utf8'),
  })),
);
const code = pieces.flatMap(piece => (piece.language === 'html' ? scripts(piece) : [piece]));

/** One folder a strictness: who writes TypeScript is strict, who writes JavaScript is not. */
function check(folder: string, name: 'ts' | 'js', all: readonly Piece[]): Promise<string> {
  const at = join(folder, name);
  mkdirSync(at);
  const languages = name === 'ts' ? ['ts', 'tsx'] : ['js'];
  writeFileSync(join(at, 'around.d.ts'), around);
  for (const piece of all.filter(({ language }) => languages.includes(language))) {
    const file = `${piece.from.replace(/\W/g, '_')}.${piece.language === 'js' ? 'ts' : piece.language}`;
    // Of a page, the library is what was built; here it is what will be.
    const imported = piece.code.replace(/'[./]*\/dist\/lib\/foyer\.js'/g, "'foyer'");
    writeFileSync(join(at, file), `${imported}\nexport {};\n`);
  }
  const options = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      ...(name === 'js' ? { strict: false } : {}),
      ...{ exactOptionalPropertyTypes: name === 'ts', noUnusedLocals: false, noUnusedParameters: false },
      ...{ jsx: 'react-jsx', types: ['vite/client'] },
      paths: {
        foyer: [join(root, 'src/index.ts')],
        'foyer/react': [join(root, 'src/react.ts')],
        'foyer/three': [join(root, 'src/three.ts')],
      },
    },
    include: [at],
  };
  writeFileSync(join(at, 'tsconfig.json'), JSON.stringify(options));
  return promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', at]).then(
    ({ stdout }) => stdout,
    error => String(error.stdout || error),
  );
}

describe('the code in the documents', () => {
  let folder: string;
  beforeAll(() => {
    mkdirSync(join(root, 'dist'), { recursive: true });
    folder = mkdtempSync(join(root, 'dist/docs-code-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is found', () => {
    expect(pages.length).toBeGreaterThan(2);
    expect(new Set(code.map(({ language }) => language))).toEqual(new Set(['sh', 'js', 'tsx', 'json']));
    expect(code.filter(({ language }) => language === 'js').length).toBeGreaterThan(7);
    expect(fences('a.md', 'text\n```js\nlet a;\n```\n')).toEqual([{ from: 'a.md:3', language: 'js', code: 'let a;\n' }]);
  });

  it('is what the types allow', async () => {
    const wrong: Piece[] = [
      { from: 'wrong event', language: 'js', code: "viewer.addEventListener('error', ({ detail }) => detail.adress);" },
      { from: 'wrong name', language: 'js', code: "import { RoomGroop } from 'foyer/three'; new RoomGroop();" },
    ];
    const [typed, untyped] = await Promise.all(
      (['ts', 'js'] as const).map(name => check(folder, name, name === 'js' ? [...code, ...wrong] : code)),
    );
    expect(typed).toBe('');
    // The library's own sources are strict; read loosely, they are no matter.
    const errors = untyped.split('\n').filter(line => line.includes('error TS') && line.includes(basename(folder)));
    expect(errors).toEqual(['wrong_event.ts', 'wrong_name.ts'].map(name => expect.stringContaining(name)));
  });
});
