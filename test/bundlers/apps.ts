/** A small app for each way of putting a viewer on a page: the files of its source, and how it is built. */
export interface App {
  /** As the table calls it. */
  readonly name: string;
  /** Files by path, relative to the app's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Commands that build it, run in its folder, whose node_modules has the packages. */
  readonly build: readonly (readonly string[])[];
  /** Folder of the built page, relative to the app's; it is served under `/app/`. */
  readonly out: string;
  /** Starts a server instead: the command without the port, which follows. `CDN` in its environment is an origin for its files. */
  readonly serve?: readonly string[];
  /** A warning of the framework's own, which comes without Foyer too. */
  readonly others?: RegExp;
  /** docs/embedding.md says that no worker runs where its files come from another origin. */
  readonly withoutWorkerElsewhere?: boolean;
  /** What one does besides importing it; '' for nothing. */
  readonly note: string;
}

const viewer = '<room-viewer src="/rooms-test/small/room.json" camera-controls style="height: 300px"></room-viewer>';
const page = (script: string, head = '') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>App</title><link rel="icon" href="data:,">${head}</head><body><div id="app">${viewer}</div><script type="module" src="${script}"></script></body></html>`;
const main = `import 'foyer';\n`;
const node = (script: string, ...args: string[]) => [process.execPath, `node_modules/${script}`, ...args];
const copyAssets = ['cp', '-r', 'node_modules/foyer/lib/assets', 'dist/assets'];
const viteBuild = [node('vite/bin/vite.js', 'build', '--base', './', '--logLevel', 'warn')];
const viteConfig = (plugin: string, from: string, call = `${plugin}()`) => ({
  'vite.config.js': `import ${plugin} from '${from}';\nexport default { plugins: [${call}], build: { chunkSizeWarningLimit: 2000 } };\n`,
});

const react = `import { RoomViewer } from 'foyer/react';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
const room = createElement(RoomViewer, {
  src: '/rooms-test/small/room.json', cameraControls: true, style: { height: 300 },
  onComplete: () => { document.title = 'complete'; },
});
createRoot(document.querySelector('#app')).render(room);
`;
const fiber = `import { Canvas, useFrame, useThree } from '@react-three/fiber';
import { RoomGroup } from 'foyer/three';
import { createElement, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
function Room() {
  const { gl, camera } = useThree();
  const [room, setRoom] = useState();
  useEffect(() => {
    const made = new RoomGroup('/rooms-test/small/room.json', { renderer: gl });
    made.complete.then(() => { document.title = 'complete'; });
    setRoom(made);
    return () => made.dispose();
  }, [gl]);
  useFrame((_, seconds) => room?.update(seconds, camera));
  return room ? createElement('primitive', { object: room }) : null;
}
createRoot(document.querySelector('#app')).render(createElement(Canvas, { camera: { position: [0, 1.7, 5.5] }, style: { height: 300 } }, createElement(Room)));
`;
const nextRoom = `<RoomViewer src="/rooms-test/small/room.json" cameraControls style={{ height: 300 }} />`;
const nextConfig = {
  'next.config.mjs': `export default { basePath: '/app', allowedDevOrigins: ['127.0.0.1'], assetPrefix: process.env.CDN, devIndicators: false, eslint: { ignoreDuringBuilds: true }, typescript: { ignoreBuildErrors: true } };\n`,
};
const next = (name: string, files: Record<string, string>, ...flags: string[]): App => ({
  name,
  files: { ...nextConfig, ...files },
  build: [node('next/dist/bin/next', 'build', ...flags)],
  out: '',
  serve: node('next/dist/bin/next', 'start', '-p'),
  note: '`foyer/react`',
});

const nextApp = {
  'app/layout.jsx': `export default function Layout({ children }) { return <html lang="en"><head><link rel="icon" href="data:," /></head><body>{children}</body></html>; }\n`,
  'app/page.jsx': `import { RoomViewer } from 'foyer/react';\nexport default function Page() { return ${nextRoom}; }\n`,
};

// Node's adapters of both find the port in the environment.
const svelteKit: App = {
  name: 'SvelteKit 2',
  files: {
    'svelte.config.js': `import adapter from '@sveltejs/adapter-node';\nexport default { kit: { adapter: adapter(), paths: { base: '/app', assets: process.env.CDN ?? '' } } };\n`,
    'vite.config.js': `import { sveltekit } from '@sveltejs/kit/vite';\nexport default { plugins: [sveltekit()], logLevel: 'warn', build: { chunkSizeWarningLimit: 2000 } };\n`,
    'src/app.html': `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">%sveltekit.head%</head><body>%sveltekit.body%</body></html>`,
    'src/routes/+page.svelte': `<script>\nimport 'foyer';\n</script>\n<svelte:head><title>App</title></svelte:head>\n${viewer}\n`,
  },
  build: [node('vite/bin/vite.js', 'build')],
  out: '',
  serve: [process.execPath, 'build/index.js'],
  note: '',
};
const nuxt: App = {
  name: 'Nuxt 4',
  files: {
    'nuxt.config.ts': `export default defineNuxtConfig({
  telemetry: false,
  app: { baseURL: '/app/', cdnURL: process.env.CDN, head: { link: [{ rel: 'icon', href: 'data:,' }] } },
  vue: { compilerOptions: { isCustomElement: tag => tag === 'room-viewer' } },
});\n`,
    'app/app.vue': `<script setup>\nimport 'foyer';\n</script>\n<template>${viewer}</template>\n`,
  },
  build: [node('nuxt/bin/nuxt.mjs', 'build')],
  out: '',
  serve: [process.execPath, '.output/server/index.mjs'],
  note: '`isCustomElement`',
};

export const apps: readonly App[] = [
  {
    name: 'Plain HTML, standalone',
    files: { 'dist/index.html': page('./foyer/foyer.js') },
    build: [['cp', '-r', 'node_modules/foyer/standalone', 'dist/foyer']],
    out: 'dist',
    note: 'copy `standalone`',
  },
  {
    name: 'Plain HTML, import map',
    files: {
      'dist/index.html': page(
        './foyer/foyer.js',
        '<script type="importmap">{"imports":{"three":"./three/three.module.js"}}</script>',
      ),
    },
    build: [
      ['cp', '-r', 'node_modules/foyer/lib', 'dist/foyer'],
      ['cp', '-r', 'node_modules/three/build', 'dist/three'],
    ],
    out: 'dist',
    note: 'copy `lib` and three',
  },
  { name: 'Vite', files: { 'index.html': page('./main.js'), 'main.js': main }, build: viteBuild, out: 'dist', note: '' },
  {
    name: 'webpack 5',
    files: { 'dist/index.html': page('./main.js'), 'src/index.js': main },
    build: [node('webpack/bin/webpack.js', '--mode', 'production', '--stats', 'errors-warnings', '--no-performance')],
    out: 'dist',
    note: '',
  },
  {
    name: 'Rollup',
    files: {
      'dist/index.html': page('./main.js'),
      'main.js': main,
      'rollup.config.mjs': `import resolve from '@rollup/plugin-node-resolve';\nexport default { input: 'main.js', output: { dir: 'dist', format: 'es' }, plugins: [resolve()] };\n`,
    },
    build: [node('rollup/dist/bin/rollup', '-c', '--silent'), copyAssets],
    out: 'dist',
    note: 'copy `lib/assets` beside the bundle',
  },
  {
    name: 'esbuild',
    files: { 'dist/index.html': page('./main.js'), 'main.js': main },
    build: [
      [
        'node_modules/.bin/esbuild',
        'main.js',
        '--bundle',
        '--splitting',
        '--format=esm',
        '--minify',
        '--outdir=dist',
        '--log-level=warning',
      ],
      copyAssets,
    ],
    out: 'dist',
    note: 'copy `lib/assets` beside the bundle',
  },
  {
    name: 'Parcel',
    files: { 'index.html': page('./main.js'), 'main.js': main },
    build: [node('parcel/lib/bin.js', 'build', 'index.html', '--public-url', './', '--log-level', 'warn', '--no-cache')],
    out: 'dist',
    note: '',
  },
  {
    name: 'React 19 (Vite)',
    files: {
      'index.html': page('./main.js').replace(viewer, ''),
      'main.js': react,
      ...viteConfig('react', '@vitejs/plugin-react'),
    },
    build: viteBuild,
    out: 'dist',
    note: '`foyer/react`',
  },
  {
    name: 'react-three-fiber',
    files: { 'index.html': page('./main.js'), 'main.js': fiber },
    build: viteBuild,
    out: 'dist',
    note: '`foyer/three`',
    // react-three-fiber 9 makes a THREE.Clock.
    others: /^THREE\.Clock: /,
  },
  {
    name: 'Vue 3 (Vite)',
    files: {
      'index.html': page('./main.js'),
      'App.vue': `<script setup>\nimport 'foyer';\n</script>\n<template>${viewer}</template>\n`,
      'main.js': `import { createApp } from 'vue';\nimport App from './App.vue';\ncreateApp(App).mount('#app');\n`,
      ...viteConfig(
        'vue',
        '@vitejs/plugin-vue',
        "vue({ template: { compilerOptions: { isCustomElement: tag => tag === 'room-viewer' } } })",
      ),
    },
    build: viteBuild,
    out: 'dist',
    note: '`isCustomElement`',
  },
  {
    name: 'Svelte 5 (Vite)',
    files: {
      'index.html': page('./main.js').replace(viewer, ''),
      'App.svelte': `<script>\nimport 'foyer';\n</script>\n${viewer}\n`,
      'main.js': `import { mount } from 'svelte';\nimport App from './App.svelte';\nmount(App, { target: document.querySelector('#app') });\n`,
      'vite.config.js': `import { svelte } from '@sveltejs/vite-plugin-svelte';\nexport default { plugins: [svelte()], build: { chunkSizeWarningLimit: 2000 } };\n`,
    },
    build: viteBuild,
    out: 'dist',
    note: '',
  },
  svelteKit,
  nuxt,
  next('Next.js 15, app (webpack)', nextApp),
  next('Next.js 15, pages (webpack)', {
    'pages/index.jsx': `import Head from 'next/head';\nimport { RoomViewer } from 'foyer/react';\nexport default function Page() { return <><Head><link rel="icon" href="data:," /></Head>${nextRoom}</>; }\n`,
  }),
  { ...next('Next.js 15, app (Turbopack)', nextApp, '--turbopack'), withoutWorkerElsewhere: true },
  {
    ...next('Next.js 15, app (Turbopack, next dev)', nextApp),
    build: [],
    serve: node('next/dist/bin/next', 'dev', '--turbopack', '-p'),
  },
];

/** What the apps are built with; exact, so that a table is of something. */
export const packages: readonly string[] = [
  ...['vite@8', 'webpack@5', 'webpack-cli@7', 'rollup@4', '@rollup/plugin-node-resolve@16', 'esbuild@0.28', 'parcel@2'],
  ...['next@15', 'react@19', 'react-dom@19', '@react-three/fiber@9', 'vue@3', '@vitejs/plugin-vue@6', '@vitejs/plugin-react@6'],
  // The newest that run on Node 20.
  ...['svelte@5', '@sveltejs/vite-plugin-svelte@7', '@sveltejs/kit@2', '@sveltejs/adapter-node@5', 'nuxt@4.3.1'],
];
