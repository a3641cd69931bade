import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { type FileServer, serveFiles } from '../file-server.ts';
import { difference } from '../pictures.ts';
import { ViewerPage } from '../viewer-page.ts';

// The built library as other people use it: docs/examples, with three from node_modules through an import map.
const root = resolve(import.meta.dirname, '../../..');
let browser: Browser;
let server: FileServer;

beforeAll(async () => {
  await build({ root, configFile: join(root, 'vite.lib.config.ts'), logLevel: 'warn' });
  browser = await launchChromium();
  server = await serveFiles({ '/': root, '/rooms-test/': inject('rooms') });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe('the library', () => {
  it('leaves three to the app, and needs nothing else', () => {
    for (const entry of ['foyer', 'three']) {
      const text = readFileSync(join(root, `dist/lib/${entry}.js`), 'utf8');
      const outside = [...text.matchAll(/from\s*"([^."][^"]*)"/g)].map(m => m[1]);
      expect(outside).toEqual(['three']);
    }
  });

  it('goes through somebody else’s bundler: the worker, and the transcoder that it needs, are found', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'foyer-app-'));
    writeFileSync(join(folder, 'main.js'), `import ${JSON.stringify(join(root, 'dist/lib/foyer.js'))};`);
    writeFileSync(
      join(folder, 'index.html'),
      `<link rel="icon" href="data:,"><room-viewer src="rooms-test/small/room.json"></room-viewer><script type="module" src="./main.js"></script>`,
    );
    await build({
      root: folder,
      configFile: false,
      logLevel: 'warn',
      base: './',
      resolve: { alias: { three: join(root, 'node_modules/three') } },
      build: { outDir: join(folder, 'dist'), chunkSizeWarningLimit: 2000 },
    });
    const app = await serveFiles({ '/': join(folder, 'dist'), '/rooms-test/': inject('rooms') });
    const viewer = await ViewerPage.open(browser, app.url);
    await viewer.reach('complete');
    const metrics = await viewer.metrics();
    const kinds = await viewer.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    expect([metrics.failed, viewer.problems]).toEqual([[], []]);
    expect(kinds.filter(name => name.endsWith('.ktx2')).length).toBeGreaterThan(3);
    await viewer.close();
    await app.close();
    rmSync(folder, { recursive: true });
  });

  it('is a React component: props are attributes, events are functions, and the server writes the bare element', async () => {
    const folder = mkdtempSync(join(root, 'dist/react-'));
    writeFileSync(
      join(folder, 'main.js'),
      `import { RoomViewer } from ${JSON.stringify(join(root, 'dist/lib/react.js'))};
import { createElement, StrictMode, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
window.told = [];
function App() {
  const [count, setCount] = useState(0);
  const ref = useRef(null);
  const told = name => () => window.told.push(name + count + ref.current.state);
  Object.assign(window, { again: () => setCount(count + 1) });
  return createElement(RoomViewer, {
    ref, className: 'room', style: { height: 300 }, src: 'rooms-test/small/room.json', quality: 'low', minDistance: 1,
    cameraControls: count === 0, paused: count === 0, onInteractive: told('interactive'), onComplete: told('complete'),
  });
}
window.html = renderToString(createElement(App));
createRoot(document.querySelector('#app')).render(createElement(StrictMode, null, createElement(App)));
`,
    );
    writeFileSync(
      join(folder, 'index.html'),
      '<link rel="icon" href="data:,"><div id="app"></div><script type="module" src="./main.js"></script>',
    );
    await build({
      root: folder,
      configFile: false,
      logLevel: 'warn',
      base: './',
      build: { outDir: join(folder, 'built'), chunkSizeWarningLimit: 2000 },
    });
    const app = await serveFiles({ '/': join(folder, 'built'), '/rooms-test/': inject('rooms') });
    const viewer = await ViewerPage.open(browser, app.url);
    await viewer.reach('complete');
    const seen = () =>
      viewer.page.evaluate(() => ({
        names: document.querySelector('room-viewer')?.getAttributeNames().sort(),
        paused: document.querySelector('room-viewer')?.paused,
      }));
    const own = ['class', 'min-distance', 'quality', 'src', 'style'];
    expect(await seen()).toEqual({ names: ['camera-controls', ...own, 'paused'].sort(), paused: true });
    await viewer.page.evaluate('again()');
    await expect.poll(seen).toEqual({ names: own, paused: false });
    await viewer.ask(v => v.setAttribute('src', 'rooms-test/dressing/room.json'));
    await viewer.page.waitForFunction('told.length === 4', undefined, { timeout: 60_000 });
    expect(await viewer.page.evaluate('[told, html]')).toEqual([
      ['interactive0interactive', 'complete0complete', 'interactive1interactive', 'complete1complete'],
      '<room-viewer class="room" style="height:300px"></room-viewer>',
    ]);
    expect(viewer.problems).toEqual([]);
    await viewer.close();
    await app.close();
    rmSync(folder, { recursive: true });
  });

  it('has types that hold where libraries are checked too', () => {
    const folder = mkdtempSync(join(root, 'dist/types-'));
    const tsc = (...options: string[]) =>
      execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
    try {
      tsc('-p', join(root, 'tsconfig.lib.json'), '--outDir', folder);
      writeFileSync(
        join(folder, 'app.ts'),
        `import { type RoomViewer, FormatError } from './index.ts';
import { RoomGroup } from './three.ts';
const viewer: RoomViewer | null = document.querySelector('room-viewer');
viewer?.addEventListener('error', ({ detail }) => console.log(detail.error instanceof FormatError, viewer.metrics.bytes));
viewer?.addEventListener('progress', function ({ detail }) { console.log(detail.fraction + this.clientWidth); });
viewer?.addEventListener('click', ({ clientX }) => console.log(clientX));
viewer?.addEventListener('mine', event => console.log(event.type));
const element: HTMLElement | null = viewer;
element?.remove();
export const room = (renderer: ConstructorParameters<typeof RoomGroup>[1]['renderer']) => new RoomGroup('room.json', { renderer });
`,
      );
      const options = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--target', 'es2022', '--module', 'esnext'];
      const said = tsc(
        '--ignoreConfig',
        ...options,
        '--moduleResolution',
        'bundler',
        '--allowImportingTsExtensions',
        '--types',
        '',
        join(folder, 'app.ts'),
      );
      expect(said).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('puts several rooms into one scene, wherever they stand: who is seen moves, all of it goes without a trace', async () => {
    const page = await browser.newPage({ viewport: { width: 320, height: 200 } });
    await page.goto(`${server.url}docs/examples/own-three-app.html?room=/rooms-test/small/room.json`);
    // As text: the test's own bundler would take the imports for its own.
    const result = await page.evaluate(`(async () => {
      const { PerspectiveCamera, Scene, WebGLRenderer } = await import('three');
      const { RoomGroup } = await import('foyer/three');
      const renderer = new WebGLRenderer();
      renderer.setSize(64, 36);
      const scene = new Scene();
      const camera = new PerspectiveCamera(50, 16 / 9, 0.05, 200);
      const rooms = [0, 1].map(() => new RoomGroup('/rooms-test/small/room.json', { renderer }));
      scene.add(...rooms);
      // Before the door of the second, which is half as large, turned round, and far away.
      rooms[1].position.set(300, 20, -40);
      rooms[1].rotation.y = Math.PI;
      rooms[1].scale.setScalar(0.5);
      camera.position.set(300, 20.85, -40 - 2.75);
      camera.lookAt(300, 20.45, -40);
      const frame = seconds => {
        for (const room of rooms) room.update(seconds, camera);
        renderer.render(scene, camera);
      };
      const timer = setInterval(() => frame(0.01), 15);
      await Promise.all(rooms.map(room => room.complete));
      clearInterval(timer);
      const poses = () => rooms.map(room => room.session.avatars.map(({ avatar }) => avatar.version));
      frame(0.1);
      const before = poses();
      for (let i = 0; i < 20; i++) frame(0.1);
      const after = poses();
      const posed = after.map((versions, room) => Math.max(...versions.map((version, i) => version - before[room][i])));
      for (const room of rooms) room.dispose();
      frame(0.1); // an app's loop goes on
      const { geometries, textures } = renderer.info.memory;
      return { posed, geometries, textures, left: scene.children.length };
    })()`);
    expect(result).toEqual({ posed: [0, 20], geometries: 0, textures: expect.any(Number), left: 0 });
    // The white pixel that stands for a texture to come is everybody's.
    expect((result as { textures: number }).textures).toBeLessThanOrEqual(1);
    await page.close();
  });

  it("puts a room into somebody's own three.js scene", async () => {
    const page = await browser.newPage({ viewport: { width: 640, height: 400 } });
    const problems: string[] = [];
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', error => problems.push(String(error)));
    await page.goto(`${server.url}docs/examples/own-three-app.html?room=/rooms-test/small/room.json`);
    await page.waitForFunction(() => document.title === 'Test room', undefined, { timeout: 60_000 });
    const first = await page.screenshot();
    await expect.poll(async () => difference(first, await page.screenshot())).toBeGreaterThan(0.001);
    await page.setViewportSize({ width: 300, height: 500 });
    await expect.poll(() => page.evaluate(() => document.querySelector('canvas')?.clientWidth)).toBe(300);
    expect(problems.filter(p => !/GPU stall/.test(p))).toEqual([]);
    await page.close();
  });

  it('runs on the oldest three of its peer range: the element, and a room in an app', async () => {
    const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules/three-oldest/package.json'), 'utf8'));
    expect(peerDependencies.three).toBe(`>=${version}`);
    const page = await browser.newPage({ viewport: { width: 320, height: 200 } });
    const problems: string[] = [];
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type()) && !/GPU stall/.test(message.text())) problems.push(message.text());
    });
    page.on('pageerror', error => problems.push(String(error)));
    const served: string[] = [];
    await page.route('**/node_modules/three/**', route => {
      served.push(route.request().url());
      return route.continue({ url: route.request().url().replace('/three/', '/three-oldest/') });
    });
    await page.route('**/public/rooms/lounge/**', route =>
      route.continue({ url: route.request().url().replace('/public/rooms/lounge/', '/rooms-test/small/') }),
    );
    await page.goto(`${server.url}docs/examples/own-three-app.html?room=/rooms-test/small/room.json`);
    await page.waitForFunction(() => document.title === 'Test room', undefined, { timeout: 60_000 });
    expect(await page.evaluate("import('three').then(({ REVISION }) => REVISION)")).toBe(version.split('.')[1]);
    await page.goto(`${server.url}docs/examples/element.html`);
    await page.waitForFunction(() => document.querySelector('room-viewer')?.state === 'complete', undefined, { timeout: 60_000 });
    expect([problems, served.length > 1]).toEqual([[], true]);
    await page.close();
  });

  it('refuses a WebGPURenderer, and says what it needs', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}docs/examples/own-three-app.html?room=/rooms-test/small/room.json`);
    const said = await page.evaluate(`(async () => {
      const { RoomGroup } = await import('foyer/three');
      try {
        new RoomGroup('/rooms-test/small/room.json', { renderer: { isWebGPURenderer: true } });
      } catch (error) {
        return String(error);
      }
    })()`);
    expect(said).toMatch(/^TypeError: RoomGroup needs three's WebGLRenderer/);
    await page.close();
  });

  it('dresses somebody from a page of buttons', async () => {
    const page = await browser.newPage({ viewport: { width: 640, height: 400 } });
    const problems: string[] = [];
    page.on('pageerror', error => problems.push(String(error)));
    await page.goto(`${server.url}docs/examples/dress.html?room=/rooms-test/dressing/wardrobe.json`);
    await page.getByRole('button', { name: 'Dummy', exact: true }).click({ timeout: 60_000 });
    const said = page.locator('output');
    expect(await said.textContent()).toBe('Dummy wears coat, hat, net');
    await page.getByRole('button', { name: 'hat' }).click();
    await expect.poll(() => said.textContent()).toBe('Dummy wears hat');
    expect(problems).toEqual([]);
    await page.close();
  });

  it('takes up a src that was set before its code came', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}docs/examples/room/`);
    await page.setContent('<script type="importmap">{"imports":{"three":"/node_modules/three/build/three.module.js"}}</script>');
    const [state, src] = await page.evaluate(async () => {
      const viewer = document.createElement('room-viewer');
      viewer.src = '/rooms-test/small/room.json';
      document.body.append(viewer);
      const script = Object.assign(document.createElement('script'), { type: 'module', src: '/dist/lib/foyer.js' });
      document.head.append(script);
      await new Promise(resolve => viewer.addEventListener('interactive', resolve));
      viewer.src = null;
      await Promise.resolve();
      return [viewer.state, viewer.getAttribute('src')];
    });
    expect([state, src]).toEqual(['empty', null]);
    await page.close();
  });

  it('makes <room-viewer> of five lines of HTML', async () => {
    const page = await browser.newPage({ viewport: { width: 640, height: 400 } });
    await page.route('**/public/rooms/lounge/**', route =>
      route.continue({ url: route.request().url().replace('/public/rooms/lounge/', '/rooms-test/small/') }),
    );
    await page.goto(`${server.url}docs/examples/element.html`);
    await page.waitForFunction(() => document.querySelector('room-viewer')?.state === 'complete', undefined, { timeout: 60_000 });
    await page.close();
  });
});
