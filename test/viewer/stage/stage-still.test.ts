import { setMaxListeners } from 'node:events';
import { type Camera, Group, Mesh, MeshBasicMaterial, Object3D, type Scene } from 'three';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RenderBackend } from '../../../src/render/backend.ts';
import { createFigure } from '../../../src/render/impostors/figure.ts';
import '../../../src/viewer/stage/idle.ts';
import { Stage } from '../../../src/viewer/stage/stage.ts';

/** As much of a page as a stage needs. Frames come when the test says so. */
let frames: Map<number, (now: number) => void>;
let now: number;
// Node warns of more than ten listeners with one signal.
setMaxListeners(20);
const node = () =>
  Object.assign(new EventTarget(), {
    append() {},
    remove() {},
    setAttribute() {},
    clientWidth: 640,
    clientHeight: 360,
    width: 640,
    height: 360,
  });

beforeEach(() => {
  frames = new Map();
  now = 0;
  let next = 1;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false, createElement: node }));
  vi.stubGlobal('window', Object.assign(new EventTarget(), { devicePixelRatio: 1 }));
  vi.stubGlobal('navigator', {});
  for (const name of ['ResizeObserver', 'IntersectionObserver'])
    vi.stubGlobal(
      name,
      class {
        observe() {}
        disconnect() {}
      },
    ); // prettier-ignore
  vi.stubGlobal('requestAnimationFrame', (callback: (now: number) => void) => {
    frames.set(next, callback);
    return next++;
  });
  vi.stubGlobal('cancelAnimationFrame', (id: number) => frames.delete(id));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The display shows so many frames, at 60 a second. */
function show(count: number): void {
  for (let i = 0; i < count; i++) {
    now += 1000 / 60;
    const due = [...frames.values()];
    frames.clear();
    for (const callback of due) callback(now);
    vi.advanceTimersByTime(1000 / 60);
  }
}

function makeStage() {
  let draws = 0;
  let move = (): void => {};
  const renderer = { contextLost: false, lodTolerance: 2, impostorPixels: 0, setSize() {}, dispose() {} };
  const render = (_scene: Scene, _camera: Camera) => void draws++;
  const parent = node() as unknown as HTMLElement;
  const stage = new Stage(parent, {
    clock: { now: () => now, after: () => () => {} },
    onFrame: () => move(),
    onUndrawn() {},
    isAttended: () => false,
    backlog: () => 0,
    onQuality() {},
    onContextRestored() {},
    createRenderer: () => ({ ...renderer, render }) as unknown as RenderBackend,
  });
  const mesh = new Mesh(undefined, new MeshBasicMaterial());
  stage.scene.add(mesh);
  const drawsIn = (count: number): number => {
    const before = draws;
    show(count);
    return draws - before;
  };
  return { stage, mesh, parent, drawsIn, each: (onFrame: () => void) => void (move = onFrame) };
}

it('draws nothing and asks for no frame once nothing moves, and draws each frame as soon as something does', async () => {
  const { stage, mesh, parent, drawsIn, each } = makeStage();
  stage.frames.pace = 'live';
  await vi.dynamicImportSettled();
  expect(drawsIn(20)).toBe(20);
  drawsIn(60);
  expect(drawsIn(60)).toBe(0);
  expect(frames.size).toBe(0);
  each(() => void (mesh.position.x += 0.1));
  // A look takes place every 300 ms.
  expect(drawsIn(60)).toBeGreaterThan(40);
  each(() => {});
  drawsIn(80);
  expect(drawsIn(60)).toBe(0);
  parent.dispatchEvent(new Event('pointerdown'));
  expect(frames.size).toBe(1);
  stage.dispose();
  expect(frames.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

it('checks a still room ten times a second while a clip plays, three times otherwise, and at once when it is woken', async () => {
  const { stage, mesh, drawsIn, each } = makeStage();
  const figure = createFigure(1.7);
  mesh.userData.foyerFigure = figure;
  stage.frames.pace = 'live';
  await vi.dynamicImportSettled();
  let looks = 0;
  let playing = true;
  each(() => {
    looks++;
    if (playing) figure.phase = (figure.phase + 0.01) % 1;
  });
  drawsIn(120);
  looks = 0;
  expect(drawsIn(120)).toBe(0);
  expect(looks).toBeGreaterThan(16);
  playing = false;
  drawsIn(60);
  looks = 0;
  drawsIn(120);
  expect(looks).toBeGreaterThan(4);
  expect(looks).toBeLessThan(8);
  expect(frames.size).toBe(0);
  stage.frames.wake();
  expect(frames.size).toBe(1);
  stage.dispose();
});

it('looks at once after a click or a key anywhere on the page, which may have changed the room', async () => {
  const { stage, mesh, drawsIn } = makeStage();
  stage.frames.pace = 'live';
  await vi.dynamicImportSettled();
  for (const sign of ['click', 'keydown', 'input']) {
    drawsIn(80);
    expect(drawsIn(60)).toBe(0);
    window.dispatchEvent(new Event(sign));
    mesh.position.x += 1;
    expect(drawsIn(2)).toBeGreaterThan(0);
  }
  stage.dispose();
});

it('keeps no timer when it is disposed of while it looks at a still room', async () => {
  const { stage, drawsIn, each } = makeStage();
  stage.frames.pace = 'live';
  await vi.dynamicImportSettled();
  drawsIn(80);
  each(() => stage.dispose());
  drawsIn(30);
  expect([frames.size, vi.getTimerCount()]).toEqual([0, 0]);
});

it('multiplies no matrices of a room that stands, and all of what the page adds', () => {
  const { stage } = makeStage();
  const room = new Group();
  const still = new Object3D();
  still.matrixAutoUpdate = false;
  const moving = new Group();
  const worn = new Object3D();
  worn.matrixAutoUpdate = false;
  room.add(still, moving.add(worn));
  stage.add(room);
  // As three's helpers: its matrix is that of another object.
  const helper = new Object3D();
  helper.matrixAutoUpdate = false;
  stage.scene.add(helper);
  stage.scene.updateMatrixWorld();
  const multiply = vi.spyOn(still.matrixWorld, 'copy');
  const multiplyParent = vi.spyOn(still.matrixWorld, 'multiplyMatrices');
  helper.matrix.setPosition(1, 2, 3);
  moving.position.x = 4;
  stage.scene.updateMatrixWorld();
  expect([helper.matrixWorld.elements[12], worn.matrixWorld.elements[12]]).toEqual([1, 4]);
  expect(multiply).not.toHaveBeenCalled();
  expect(multiplyParent).not.toHaveBeenCalled();
  stage.dispose();
});

it('draws again once the context is back, also while it is paused', async () => {
  const { stage, drawsIn } = makeStage();
  stage.frames.pace = 'live';
  await vi.dynamicImportSettled();
  drawsIn(80);
  expect(drawsIn(20)).toBe(0);
  stage.canvas.dispatchEvent(new Event('webglcontextrestored'));
  expect(drawsIn(10)).toBe(10);
  stage.paused = true;
  const draw = vi.spyOn(stage, 'draw');
  stage.canvas.dispatchEvent(new Event('webglcontextrestored'));
  expect(draw).toHaveBeenCalledTimes(1);
  stage.dispose();
  stage.canvas.dispatchEvent(new Event('webglcontextrestored'));
  expect(draw).toHaveBeenCalledTimes(1);
});

it('draws 30 frames a second on demand', async () => {
  const { stage, mesh, drawsIn, each } = makeStage();
  stage.frames.pace = 'live';
  stage.frames.saveBattery = true;
  await vi.dynamicImportSettled();
  each(() => void (mesh.position.x += 0.1));
  drawsIn(2);
  expect(drawsIn(60)).toBeLessThanOrEqual(31);
  stage.frames.saveBattery = false;
  expect(drawsIn(60)).toBe(60);
  stage.dispose();
});
