import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin, Rolldown } from 'vite';
import { unusedMethodsOfThree } from './vite.unused-methods.ts';

/** The oldest browsers that pages are built for: docs/embedding.md states them, test/browser/library/oldest-browsers.test.ts checks the bundles. */
export const oldestBrowsers = ['chrome100', 'firefox103', 'safari16.4'];
/** Style sheets stay as they are written: what an older browser does not know is guarded there, or only decorates. */
export const cssAsWritten = ['chrome123', 'firefox120', 'safari17.5'];

// What makes the built page small: code that comes before a room is interactive is time that somebody waits. Figures are KB of gzip.

/**
 * three's own bundle is one module whose classes hold each other; its sources are one class a file, so that a page carries the classes it uses, and
 * three's renderer, loaded on demand, has its share to itself: 9.3 KB less before the room is interactive. Not in development,
 * where three is bundled once for all, nor in tests, where packages would have another copy than ours.
 */
const threeFromItsSources: Plugin = {
  name: 'three-from-its-sources',
  apply: 'build',
  config: () => ({ resolve: { alias: [{ find: /^three$/, replacement: 'three/src/Three.js' }] } }),
};

/**
 * Leaves out how three's classes write themselves to files and read themselves from them, which nothing here does. With the next plugin it
 * is 8.4 KB. Blanks stand in its place, so that source maps stay true.
 */
const threeWithoutFiles: Plugin = {
  name: 'three-without-files',
  apply: 'build',
  transform: {
    filter: { id: /\/three\/src\/.*\.js$/ },
    handler(code) {
      const methods = methodsIn(this.parse(code).body, name => /^(to|from)JSON$/.test(name));
      return { code: blank(code, methods), map: null };
    },
  },
};

/** Leaves out how three reads CSS's colours. Our page does not do that. Other pages call `scene.background.set('skyblue')`. */
const threeWithoutCssColours: Plugin = {
  name: 'three-without-css-colours',
  apply: 'build',
  transform: {
    filter: { id: /\/three\/src\/math\/Color\.js$/ },
    handler(code) {
      const { body } = this.parse(code);
      const methods = methodsIn(body, name => name === 'setStyle');
      const colours = body
        .flatMap(node => (node.type === 'VariableDeclaration' ? node.declarations : []))
        .flatMap(({ id, init }) =>
          id.type === 'Identifier' && id.name === '_colorKeywords' && init?.type === 'ObjectExpression'
            ? [{ start: init.start + 1, end: init.end - 1 }]
            : [],
        );
      return { code: blank(code, [...methods, ...colours]), map: null };
    },
  },
};

const copies = ['copy', 'clone'];
/**
 * Methods of three's classes that neither the page nor three's renderer calls, by module under `three/src`. `unusedMethodsOfThree` keeps them,
 * because the page calls methods of the same name of other classes. (three's renderer copies materials.)
 */
const uncalled: Readonly<Record<string, readonly string[]>> = {
  'core/Object3D': [
    ...copies,
    'applyMatrix4',
    'applyQuaternion',
    'attach',
    ...['rotateOnAxis', 'rotateX', 'translateOnAxis', 'translateX', 'translateY'],
    'getObjectByName',
    'getObjectByProperty',
  ],
  'core/BufferGeometry': [
    ...copies,
    'setFromPoints',
    'applyMatrix4',
    'applyQuaternion',
    ...['translate', 'rotateX', 'scale', 'center', 'lookAt'],
  ],
  'core/BufferAttribute': ['applyMatrix3', 'applyMatrix4', 'applyNormalMatrix', 'transformDirection'],
  'textures/Texture': copies,
  'scenes/Scene': ['copy'],
  'objects/Mesh': ['copy'],
  'cameras/Camera': copies,
  'cameras/PerspectiveCamera': ['copy'],
  'cameras/OrthographicCamera': ['copy'],
  'math/Color': ['sub', 'lerp', 'addScalar', 'setScalar'],
  'math/Matrix3': ['scale', 'rotate', 'translate', 'multiplyScalar', 'makeTranslation'],
  'math/Matrix4': ['makeRotationX', 'makeRotationZ'],
  'math/Quaternion': ['random', 'equals', 'toArray'],
  'math/Euler': ['equals', 'fromArray', 'toArray'],
  'math/Box3': [
    'equals',
    'containsPoint',
    'intersectsBox',
    'intersectsPlane',
    'intersectsSphere',
    'clampPoint',
    'getParameter',
    'distanceToPoint',
  ],
  'math/Frustum': ['intersectsSprite', 'containsPoint'],
  'math/Plane': ['equals', 'intersectsBox', 'intersectsSphere'],
  'math/Ray': ['equals', 'lookAt', 'distanceToPoint', 'intersectsBox', 'intersectsPlane'],
  'math/Sphere': [
    ...['equals', 'setFromPoints', 'expandByPoint', 'union', 'clampPoint', 'containsPoint', 'distanceToPoint'],
    ...['intersectsBox', 'intersectsPlane', 'intersectsSphere'],
  ],
  'materials/MeshBasicMaterial': ['copy'],
  'math/Vector2': [
    ...['setX', 'setY', 'setComponent', 'getComponent', 'dot', 'cross', 'normalize', 'angle', 'distanceTo', 'distanceToSquared'],
    ...['setLength', 'min', 'max', 'clamp', 'negate', 'lerp', 'lerpVectors', 'random', 'ceil', 'round'],
    ...['setScalar', 'addScalar', 'subScalar', 'applyMatrix3', 'fromArray'],
  ],
  'math/Vector3': ['floor', 'ceil', 'round', 'random', 'setFromEuler'],
  'math/Vector4': [
    ...[
      'setScalar',
      'setX',
      'setY',
      'setZ',
      'setW',
      'setComponent',
      'add',
      'addScalar',
      'addVectors',
      'sub',
      'subVectors',
      'divide',
    ],
    ...['min', 'max', 'clamp', 'floor', 'ceil', 'negate', 'lerp', 'lerpVectors', 'random'],
  ],
};

/** Leaves out what `uncalled` names: 2.5 KB. */
const threeWithoutUncalled: Plugin = {
  name: 'three-without-uncalled',
  apply: 'build',
  transform: {
    filter: { id: /\/three\/src\/.*\.js$/ },
    handler(code, id) {
      const module = id.slice(id.indexOf('/three/src/') + '/three/src/'.length, -'.js'.length);
      const names = uncalled[module];
      if (!names) return null;
      const methods = methodsIn(this.parse(code).body, name => names.includes(name));
      if (methods.length < names.length)
        this.error(`three's ${module} lacks one of the methods ${names.join(', ')}: remove it from \`uncalled\``);
      return { code: blank(code, methods), map: null };
    },
  },
};

/**
 * The page finds what a ray hits by its own code, loaded with the first click. three's way in a Mesh brings Triangle and more along: 1.2 KB.
 * Other pages may use three's Raycaster on the scene of the viewer: their bundle keeps it.
 */
const meshesWithoutRays: Plugin = {
  name: 'meshes-without-rays',
  apply: 'build',
  transform: {
    filter: { id: /\/three\/src\/objects\/Mesh\.js$/ },
    handler(code) {
      return {
        code: blank(
          code,
          methodsIn(this.parse(code).body, name => name === 'raycast' || name === '_computeIntersections'),
        ),
        map: null,
      };
    },
  },
};

/** three writes down the 256 hex bytes of its random names: 0.4 KB. */
const threeCountsHex: Plugin = {
  name: 'three-counts-hex',
  apply: 'build',
  transform: {
    filter: { id: /\/three\/src\/math\/MathUtils\.js$/ },
    handler(code) {
      const declared = this.parse(code).body.flatMap(node => (node.type === 'VariableDeclaration' ? node.declarations : []));
      const table = declared.find(
        ({ id, init }) => id.type === 'Identifier' && id.name === '_lut' && init?.type === 'ArrayExpression',
      );
      if (!table?.init) return this.error("three's MathUtils has no table _lut: remove three-counts-hex");
      const { start, end } = table.init;
      const counted = 'Array.from({ length: 256 }, (_, i) => (i + 256).toString(16).slice(1))';
      return { code: code.slice(0, start) + counted.padEnd(end - start) + code.slice(end), map: null };
    },
  },
};

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Methods of the classes that a module declares. */
function methodsIn(body: ReturnType<Rolldown.PluginContext['parse']>['body'], isIt: (name: string) => boolean): Range[] {
  return body.flatMap(node => {
    const declared = node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration' ? node.declaration : node;
    const members = declared?.type === 'ClassDeclaration' ? declared.body.body : [];
    return members.filter(
      member => member.type === 'MethodDefinition' && member.key.type === 'Identifier' && isIt(member.key.name),
    );
  });
}

/** Blanks in place of ranges: source maps stay true. */
function blank(code: string, ranges: readonly Range[]): string {
  for (const { start, end } of ranges) code = code.slice(0, start) + code.slice(start, end).replace(/\S/g, ' ') + code.slice(end);
  return code;
}

/** Comments in shaders are for who reads them, on the shader page; the renderer hands its texts to the driver without: 1.0 KB. */
const shadersWithoutComments: Plugin = {
  name: 'shaders-without-comments',
  apply: 'build',
  enforce: 'pre',
  async resolveId(source, importer) {
    if (!/\/shaders\/[^/]+\?raw$/.test(source) || !importer?.includes('/src/render/')) return undefined;
    const found = await this.resolve(source, importer, { skipSelf: true });
    return found && `${found.id}&plain`;
  },
  load(id) {
    if (!id.endsWith('?raw&plain')) return undefined;
    const lines = readFileSync(id.slice(0, id.indexOf('?')), 'utf8').split('\n');
    const plain = lines.map(line => line.replace(/\/\/.*/, '').trim()).filter(line => line !== '');
    return `export default ${JSON.stringify(`${plain.join('\n')}\n`)}`;
  },
};

/**
 * What is loaded on demand has no style sheets, and at most one chunk to preload: Vite's code for both is 0.7 KB that would come before the room is
 * interactive.
 */
const plainDynamicImports: Plugin = {
  name: 'plain-dynamic-imports',
  apply: 'build',
  enforce: 'pre',
  load: id => (id === '\0vite/preload-helper.js' ? 'export const __vitePreload = load => load();' : undefined),
};

/**
 * What the viewer needs from the beginning is one chunk, `room`, beside what the shader page needs too, `shared`. Left to itself the bundler
 * makes one or two of it, as the order of imports has it: 1.3 KB more or less, and modules that are loaded on demand win nothing.
 */
function viewerInOneChunk(): Plugin {
  const [viewer, profile] = ['src/page.ts', 'src/shader-page/main.ts'].map(file => resolve(import.meta.dirname, file));
  let ofViewer: ReadonlySet<string>;
  let ofProfile: ReadonlySet<string>;
  const group = (name: string, priority: number, isIn: (id: string) => boolean) => ({
    ...{ debugName: name, priority, tags: ['$initial' as const] },
    name: (id: string) => (isIn(id) ? name : null),
  });
  const groups = [
    group('shared', 2, id => ofViewer.has(id) && ofProfile.has(id)),
    group('room', 1, id => id !== viewer && ofViewer.has(id) && !ofProfile.has(id)),
  ];
  return {
    name: 'viewer-in-one-chunk',
    apply: 'build',
    config: () => ({ build: { rolldownOptions: { output: { codeSplitting: { groups } } } } }),
    buildEnd() {
      const importsOf = (id: string) => this.getModuleInfo(id)?.importedIds ?? [];
      ofViewer = neededBy(viewer, importsOf);
      ofProfile = neededBy(profile, importsOf);
    },
  };
}

/** A module and all that it imports, not on demand. */
function neededBy(entry: string, importsOf: (id: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set([entry]);
  for (const id of found) for (const imported of importsOf(id)) found.add(imported);
  return found;
}

/** Lit's development build warns on the console that it is one. Development uses the same build as the site. */
const litAsBuilt: Plugin = {
  name: 'lit-as-built',
  apply: 'serve',
  config: () => ({
    resolve: {
      alias: [
        { find: /^lit-html$/, replacement: resolve(import.meta.dirname, 'node_modules/lit-html/lit-html.js') },
        { find: /^lit-html\//, replacement: `${resolve(import.meta.dirname, 'node_modules/lit-html')}/` },
      ],
    },
  }),
};

export const smallSite: readonly Plugin[] = [
  litAsBuilt,
  threeFromItsSources,
  threeWithoutFiles,
  threeWithoutCssColours,
  threeWithoutUncalled,
  meshesWithoutRays,
  threeCountsHex,
  shadersWithoutComments,
  plainDynamicImports,
  viewerInOneChunk(),
  unusedMethodsOfThree(),
];
