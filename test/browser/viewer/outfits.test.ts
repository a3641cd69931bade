import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { LEAST_COST, SLICE_BYTES } from '../../../src/assets/memory/upload-governor.ts';
import type { RoomViewer } from '../../../src/viewer/element/room-viewer.ts';
import { type FrameLog, logFrames } from '../frame-log.ts';
import { growth, type HeapUse, heapUse } from '../js-heap.ts';
import { difference } from '../pictures.ts';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

const at = (room: string) => `${server.url}?quality=high&room=${encodeURIComponent(room)}`;
const dressing = '/rooms-test/dressing/room.json';
const view = { position: [0, 1.6, 5], target: [0, 0.9, 1] } as const;
/** Small: what is drawn does not matter to what is left behind. (Below about 100 pixels Chromium draws one frame a second.) */
const tiny = { viewport: { width: 320, height: 200 } };

/** URL, relative to the room, of a product of the wardrobe. */
function productUrl(document: string, name: string): string {
  const { denormalized } = JSON.parse(readFileSync(join(inject('rooms'), 'dressing', document), 'utf8'));
  const found = Object.entries<{ data?: { name?: string } }>(denormalized).find(([, { data }]) => data?.name === name);
  if (!found) throw new Error(`${document} has no ${name}`);
  return new URL(found[0], `http://room/${document}`).href.replace('http://room/', '');
}

const loadsOf = (v: RoomViewer): number => v.metrics.requests + v.metrics.cacheHits;

interface State {
  readonly gpu: number;
  readonly heap: HeapUse;
}

/** What is held now that all has been drawn. What the test itself wrote down of events does not count. */
async function held(viewer: ViewerPage): Promise<State> {
  await viewer.page.evaluate(() => {
    const v = document.querySelector('room-viewer');
    v?.renderAt(1);
    v?.play();
    (window.recorded.events as unknown[]).length = 0;
    performance.clearResourceTimings();
    performance.clearMarks();
  });
  return { gpu: await viewer.gpuObjects(), heap: await heapUse(viewer.page) };
}

/** Bytes of an entry in the log of downloads, which keeps the last thousand for the inspector. */
const LOGGED_BYTES = 160;

/** @param loads - downloads and cache reads since `before`: the log remembers each. */
function expectNoLeak(before: State, after: State, loads: number): void {
  expect(after.gpu).toBe(before.gpu);
  const grown = (after.heap.bytes - Math.min(loads, 1000) * LOGGED_BYTES) / before.heap.bytes - 1;
  expect(grown, growth(before.heap, after.heap)).toBeLessThan(0.01);
}

describe('outfits', () => {
  it('changes what somebody wears: the old one until the new one is there, nobody else changes, and back to the same picture', async () => {
    const viewer = await ViewerPage.open(browser, at(dressing));
    await viewer.reach('complete');
    const before = await viewer.picture(1, view);
    await viewer.ask(v => v.play());
    const coat = productUrl('wardrobe.json', 'coat');
    const hat = productUrl('wardrobe.json', 'hat');
    await viewer.page.evaluate(
      ([top, head]) => {
        const v = document.querySelector('room-viewer');
        const one = v?.dress('Guest 2', { on: [top] });
        one?.catch(() => {});
        return v?.dress('Guest 2', { on: [head], joint: 'head' });
      },
      [coat, hat],
    );
    const worn = () => viewer.ask(v => v.session?.avatars.map(a => a.outfit.map(({ product }) => product.name).join(' ')));
    const names = await worn();
    expect(names?.[2]).toBe('Somebody body coat hat');
    expect(new Set(names).size).toBe(2);
    await expect.poll(async () => difference(before, await viewer.picture(1, view))).toBeGreaterThan(0.003);
    await viewer.ask(v => v.play());
    await viewer.page.evaluate(
      top => document.querySelector('room-viewer')?.dress('Guest 2', { on: [top], off: ['hat'] }),
      productUrl('room.json', 'shirt'),
    );
    expect(difference(before, await viewer.picture(1, view))).toBe(0);
    expect(viewer.problems).toEqual([]);
    await viewer.close();
  });

  it('compiles nothing and brings nothing to the GPU in the frame in which somebody has changed', async () => {
    const viewer = await ViewerPage.open(browser, at(dressing), tiny);
    await viewer.reach('complete');
    const seen = await viewer.page.evaluate(
      async net => {
        /** Number of the frame; what happened to each new program, by number of the frame, and what was brought in each frame. */
        let frame = 0;
        const programs = new Map<unknown, { linked: number; asked: number; finished: boolean; used: number }>();
        const brought = new Map<number, number>();
        const next = () => {
          frame++;
          requestAnimationFrame(next);
        };
        requestAnimationFrame(next);
        const gl = WebGLRenderingContext.prototype as unknown as Record<string, (...args: never[]) => unknown>;
        const watch = (name: string, tell: (args: unknown[], result: unknown) => void) => {
          const original = gl[name];
          gl[name] = function (...args) {
            const result = original.apply(this, args);
            tell(args, result);
            return result;
          };
        };
        watch('linkProgram', ([program]) => programs.set(program, { linked: frame, asked: -1, finished: false, used: -1 }));
        watch('getProgramParameter', ([program, what], result) => {
          const known = programs.get(program);
          if (!known) return;
          if (what === WebGLRenderingContext.LINK_STATUS) known.asked = frame;
          else if (result === true && known.asked < 0) known.finished = true;
        });
        watch('useProgram', ([program]) => {
          const known = programs.get(program);
          if (known && known.used < 0) known.used = frame;
        });
        const count = (_: unknown[]) => brought.set(frame, (brought.get(frame) ?? 0) + 1);
        for (const name of ['bufferData', 'texImage2D', 'compressedTexImage2D']) watch(name, count);
        const v = document.querySelector('room-viewer')!;
        await v.dress('Guest 2', { on: [net] });
        for (const start = frame; frame < start + 20; ) await new Promise(resolve => setTimeout(resolve, 20));
        const used = [...programs.values()].filter(p => p.used >= 0);
        const parallel =
          document.createElement('canvas').getContext('webgl')?.getExtension('KHR_parallel_shader_compile') != null;
        return { parallel, used, inFrame: used.map(p => brought.get(p.used) ?? 0) };
      },
      productUrl('wardrobe.json', 'net'),
    );
    expect(seen.used.length).toBeGreaterThan(0);
    for (const { linked, asked, finished, used } of seen.used) {
      expect(asked).toBeGreaterThan(linked);
      expect(used).toBeGreaterThan(asked);
      // Where the driver can say that it has finished, it was not asked for the result before.
      if (seen.parallel) expect(finished).toBe(true);
    }
    // Its texture may still be on its way, in slices: never more than one thing a frame beside what is drawn.
    for (const count of seen.inFrame) expect(count).toBeLessThanOrEqual(1);
    expect(viewer.problems).toEqual([]);
    await viewer.close();
  });

  it('swaps in no frame over budget: nothing waits for a shader, no more bytes than a frame may bring, nobody undressed in between', async () => {
    const viewer = await ViewerPage.open(browser, at(dressing), tiny);
    await viewer.reach('complete');
    const [coat, net, hat] = ['coat', 'net', 'hat'].map(name => productUrl('wardrobe.json', name));
    const [shirt, gown] = [productUrl('room.json', 'shirt'), productUrl('gowns.json', 'gown')];
    const swaps = [{ on: [coat] }, { on: [gown, net] }, { on: [hat], off: [net], joint: 'head' }, { on: [shirt], off: [hat] }];
    await viewer.page.evaluate(`window.logFrames = ${logFrames}`);
    const rounds = await viewer.page.evaluate(async swaps => {
      const v = document.querySelector('room-viewer')!;
      const avatar = v.session!.avatar('Guest 2')!;
      const { logFrames } = window as unknown as { logFrames(mark: () => string): FrameLog };
      const { frames, stop } = logFrames(() => avatar.outfit.map(({ product }) => product.name).join(' '));
      const until = async (reached: () => boolean) => {
        while (!reached()) await new Promise(resolve => setTimeout(resolve, 5));
      };
      await until(() => frames.length >= 5);
      frames.shift();
      const still = Math.max(...frames.map(({ bytes }) => bytes));
      /** High textures are on, and a few frames brought nothing. */
      const allShown = () =>
        frames.length >= 4 &&
        frames.slice(-4).every(({ bytes }) => bytes <= still) &&
        avatar.outfit.every(({ product }) =>
          [...(v.session?.productOf(product.url)?.textures.values() ?? [])].every(
            ({ high, shown }) => !high || shown === high.value,
          ),
        );
      const rounds = [];
      for (let round = 0; round < 3; round++)
        for (const change of swaps) {
          frames.length = 0;
          await v.dress(avatar, change);
          await until(allShown);
          rounds.push({ round, change, frames: [...frames] });
        }
      stop();
      return rounds;
    }, swaps);
    const most = Math.max(...rounds.flatMap(({ frames }) => frames.map(({ bytes }) => bytes)));
    console.log(`${rounds.length} swaps, ${rounds.flatMap(({ frames }) => frames).length} frames, at most ${most} bytes in one`);
    /** Indices that a frame draws, by what is worn in it. */
    const whole = new Map(rounds.map(({ frames }) => [frames.at(-1)?.mark, frames.at(-1)?.drawn]));
    expect(whole.size).toBe(swaps.length);
    expect(new Set(whole.values()).size).toBe(swaps.length);
    for (const { round, frames } of rounds) {
      expect(new Set(frames.map(({ mark }) => mark)).size).toBeLessThanOrEqual(2);
      for (const { mark, drawn, compiled, waited, bytes, elapsed } of frames) {
        // The old outfit or the new one, and either whole.
        expect(drawn, mark).toBe(whole.get(mark) ?? 'what is worn before or after');
        expect(waited).toBe(0);
        // What was drawn once needs no new program.
        if (round > 0) expect(compiled).toBe(0);
        // What the governor gives a frame, and the step that passes it.
        const budgetMs = Math.max(6, Math.min(100, elapsed) / 10);
        expect(bytes).toBeLessThanOrEqual(budgetMs / LEAST_COST + SLICE_BYTES);
      }
    }
    // The limit was met by something that is larger.
    for (const { change, frames } of rounds)
      if (change.on.includes(gown)) expect(frames.reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThan(4 * 2 ** 20);
    expect(viewer.problems).toEqual([]);
    await viewer.close();
  });

  it('1,000 outfit changes leave no GPU object and no memory behind', async () => {
    const viewer = await ViewerPage.open(browser, at(dressing), tiny);
    await viewer.reach('complete');
    const urls = [productUrl('wardrobe.json', 'coat'), productUrl('room.json', 'shirt'), productUrl('wardrobe.json', 'hat')];
    /** All ten change, and change back: the coat and the shirt are brought anew each time, since nobody else wears them. */
    const change = (rounds: number) =>
      viewer.page.evaluate(
        async ({ rounds, urls: [coat, shirt, hat] }) => {
          const v = document.querySelector('room-viewer')!;
          const avatars = v.session?.avatars ?? [];
          for (let i = 0; i < rounds; i++) {
            await Promise.all(avatars.map(a => v.dress(a, { on: [coat, hat], joint: 'head' })));
            await Promise.all(avatars.map(a => v.dress(a, { on: [shirt], off: [hat] })));
          }
        },
        { rounds, urls },
      );
    await change(3);
    const before = await held(viewer);
    const loadsBefore = await viewer.ask(loadsOf);
    const start = performance.now();
    await change(50);
    const ms = performance.now() - start;
    const after = await held(viewer);
    const loads = (await viewer.ask(loadsOf)) - loadsBefore;
    console.log(
      `1,000 outfit changes in ${ms.toFixed(0)} ms: heap ${before.heap.bytes} -> ${after.heap.bytes} bytes, ${after.gpu} GPU objects, ${loads} loads`,
    );
    expectNoLeak(before, after, loads);
    expect(viewer.problems.filter(p => !p.includes('404'))).toEqual([]);
    await viewer.close();
  });

  it('100 room entries leave no GPU object and no memory behind', async () => {
    const viewer = await ViewerPage.open(browser, at(dressing), tiny);
    await viewer.reach('complete');
    const enter = (times: number) =>
      viewer.page.evaluate(
        async ({ times, room }) => {
          const v = document.querySelector('room-viewer')!;
          let loads = 0;
          for (let i = 0; i < times; i++) {
            v.src = null;
            await new Promise(resolve => setTimeout(resolve));
            const there = new Promise(resolve => v.addEventListener('complete', resolve, { once: true }));
            v.src = room;
            await there;
            loads += v.metrics.requests + v.metrics.cacheHits;
          }
          return loads;
        },
        { times, room: dressing },
      );
    await enter(5);
    const before = await held(viewer);
    const start = performance.now();
    const loads = await enter(100);
    const ms = performance.now() - start;
    const after = await held(viewer);
    console.log(
      `100 room entries in ${ms.toFixed(0)} ms: heap ${before.heap.bytes} -> ${after.heap.bytes} bytes, ${after.gpu} GPU objects, ${loads} loads`,
    );
    expectNoLeak(before, after, loads);
    expect(viewer.problems.filter(p => !p.includes('404'))).toEqual([]);
    await viewer.close();
  });
});
