/**
 * Compiles an app that uses `foyer` as strictly as TypeScript can, `skipLibCheck` off, with the oldest and the newest compiler. The
 * package's declarations may name only what it installs: a type from anywhere else is `any` in the app, without a word.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const compilers = ['5.7', '5.9', '7.0'];
const resolutions = { bundler: 'esnext', nodenext: 'nodenext' };

/** Types that docs/viewer.md names, options that may be undefined, and a property of a document: `any` would pass the last line. */
const app = `import 'foyer';
import { ContextError, FormatError, LoadError, NothingLoadedError, RoomViewer, followViewLinks, setStrings } from 'foyer';
import type { EnterOptions, LiveRoom, Message, OutfitChange, Person, PickDetail, PictureOptions, RoomSession, ViewerState } from 'foyer';
import { RoomGroup } from 'foyer/three';
import { PerspectiveCamera, Scene, type WebGLRenderer } from 'three';

declare const maybe: string | undefined;
declare const signal: AbortSignal | undefined;
declare const renderer: WebGLRenderer;

const viewer: RoomViewer = document.createElement('room-viewer');
viewer.addEventListener('pick', ({ detail }: CustomEvent<PickDetail>) => console.log(detail.name.trim(), detail.point[0].toFixed()));
viewer.addEventListener('message', ({ detail }: CustomEvent<Message>) => console.log(detail.text.trim()));
viewer.addEventListener('join', ({ detail: { person } }) => console.log(person.name.trim()));
viewer.addEventListener('error', ({ detail: { error } }) => {
  if (error instanceof LoadError || error instanceof NothingLoadedError) console.log(error.status?.toFixed());
  if (error instanceof FormatError || error instanceof ContextError) console.log(error.reason.trim());
});
const picture: PictureOptions = { type: maybe };
const change: OutfitChange = { on: undefined, joint: maybe };
const visitor: EnterOptions = { name: 'Mira', avatar: maybe, signal };
const live: LiveRoom | undefined = viewer.live;
const session: RoomSession | undefined = viewer.session;
const state: ViewerState = viewer.state;
const me: Person = await viewer.enter(visitor);
await viewer.dress(me.name, change, { signal });
console.log(await viewer.toBlob(picture), live?.people.size, state);
followViewLinks(viewer);
setStrings('fr', { retry: 'Encore' });
const room = new RoomGroup('room.json', { renderer, memory: undefined, onError: undefined });
new Scene().add(room);
room.update(0.1, new PerspectiveCamera());
session?.avatars[0]?.avatar?.place([0, 0, 0]);
// @ts-expect-error: a place has three numbers.
session?.avatars[0]?.avatar?.place('here');
`;

const react = `import type { RoomViewer as Element } from 'foyer';
import { RoomViewer } from 'foyer/react';
import { useRef } from 'react';

export function Page({ poster }: { poster: string | undefined }) {
  const ref = useRef<Element>(null);
  return <RoomViewer ref={ref} src="room.json" poster={poster} cameraControls onPick={({ detail }) => console.log(detail.name.trim())} />;
}
`;

const options = {
  ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noPropertyAccessFromIndexSignature: true },
  ...{ skipLibCheck: false, isolatedModules: true, verbatimModuleSyntax: true, noEmit: true },
  ...{ target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], types: [], jsx: 'react-jsx' },
};

/**
 * Throws what a compiler says about the app.
 * @param packageFolder - the built package `foyer`. @param modules - node_modules with three, React, their types and what it depends on.
 */
export function checkStrictConsumers(packageFolder: string, modules: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-strict-'));
  try {
    const { dependencies = {} } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
    // What @types/three and @types/react name themselves.
    const ofTypes = [
      '@dimforge/rapier3d-compat',
      '@tweenjs/tween.js',
      '@types/stats.js',
      '@types/webxr',
      'meshoptimizer',
      'csstype',
    ];
    const used = ['three', '@types/three', 'react', '@types/react', 'fflate', ...ofTypes, ...Object.keys(dependencies)];
    for (const name of used) {
      const link = join(folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      // Copied, not linked: from its place beside the repository's node_modules a declaration would find packages that no app has.
      cpSync(join(modules, name), link, { recursive: true });
    }
    cpSync(packageFolder, join(folder, 'node_modules/foyer'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    writeFileSync(join(folder, 'app.ts'), app);
    writeFileSync(join(folder, 'page.tsx'), react);
    for (const [moduleResolution, module] of Object.entries(resolutions)) {
      const config = { compilerOptions: { ...options, module, moduleResolution }, files: ['app.ts', 'page.tsx'] };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
      for (const compiler of compilers) {
        execFileSync('npx', ['--yes', '--package', `typescript@${compiler}`, 'tsc', '-p', folder], {
          cwd: folder,
          stdio: 'inherit',
        });
        console.log(`TypeScript ${compiler}, ${moduleResolution}: no error in a strict app`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
