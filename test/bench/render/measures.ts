import type { Page } from 'playwright';
import { ssim } from 'ssim.js';
import { processorTime } from '../start/processor-time.ts';

declare const foyer: typeof import('./page.ts');

export type Size = readonly [width: number, height: number];

/** The picture, and one so small that vertices are all that costs. `--size` changes the first. */
export const SIZES: [Size, Size] = [
  [1280, 720],
  [64, 36],
];

/** A time in the room at which pictures are compared: later than any bench runs. */
export const PICTURE_AT = 1000;

/** Frames that the processor time is measured over: Linux counts it in steps of 10 ms. */
const PROCESSOR_FRAMES = 10;

export type MeasureName = 'frames' | 'processor' | 'small' | 'corner' | 'script' | 'main' | 'garbage' | 'restore';

/** One number of a contestant's page. @param seconds - that it may take, about. */
export const measures: Readonly<Record<MeasureName, (page: Page, seconds: number) => Promise<number>>> = {
  /** Milliseconds of a finished frame at 1280 x 720. */
  frames: (page, seconds) => timeFrames(page, SIZES[0], seconds),
  /** Milliseconds of processor time of the GPU process for a frame. Other work on the machine changes it little. */
  async processor(page) {
    await resize(page, SIZES[0]);
    await page.evaluate(() => foyer.finishFrames(1));
    const gpu = (): number => processorTime(process.pid).gpu ?? 0;
    const before = gpu();
    await page.evaluate(count => foyer.finishFrames(count), PROCESSOR_FRAMES);
    return (1000 * (gpu() - before)) / PROCESSOR_FRAMES;
  },
  /** The same at 64 x 36: vertices alone. */
  small: (page, seconds) => timeFrames(page, SIZES[1], seconds),
  /** The same with the camera turned to an empty corner of the full room. */
  async corner(page, seconds) {
    await resize(page, SIZES[0]);
    await page.evaluate(() => foyer.lookAway(true));
    const ms = await page.evaluate(time => foyer.timeFrames(time), seconds * 300);
    await page.evaluate(() => foyer.lookAway(false));
    return ms;
  },
  /** Milliseconds of JavaScript with draw calls that do nothing. */
  async script(page) {
    await resize(page, SIZES[0]);
    return page.evaluate(() => foyer.timeScript(7));
  },
  /** Milliseconds of the main thread, draw calls included. */
  async main(page) {
    await resize(page, SIZES[0]);
    return page.evaluate(() => foyer.timeMainThread(5));
  },
  garbage: garbageKB,
  /** Milliseconds until a frame is finished after a lost context came back. */
  async restore(page) {
    await resize(page, SIZES[0]);
    return page.evaluate(() => foyer.timeRestore());
  },
};

async function resize(page: Page, size: Size): Promise<void> {
  await page.evaluate(([w, h]) => foyer.size(w, h), [...size] as const);
}

async function timeFrames(page: Page, size: Size, seconds: number): Promise<number> {
  await resize(page, size);
  return page.evaluate(ms => foyer.timeFrames(ms), seconds * 1000);
}

interface SampledNode {
  readonly selfSize: number;
  readonly children: readonly SampledNode[];
}

/** Until V8 has compiled what is hot: after 200 frames code still ran that boxes every number (5 KB a frame, 0.1 after 700). */
const WARM_FRAMES = 800;

/** KB that a frame allocates, whether collected or not: V8's sampling profiler sees about every 512th byte. */
async function garbageKB(page: Page): Promise<number> {
  const frames = 40;
  await page.evaluate(count => foyer.runFrames(count), WARM_FRAMES);
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.startSampling', {
    samplingInterval: 512,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await page.evaluate(count => foyer.runFrames(count), frames);
  const { profile } = await session.send('HeapProfiler.stopSampling');
  await session.detach();
  const sum = (node: SampledNode): number => node.selfSize + node.children.reduce((total, child) => total + sum(child), 0);
  return sum(profile.head) / frames / 1024;
}

export interface Picture {
  readonly image: ImageData;
  /** SSIM, 1: the same. */
  similarity(other: Picture): number;
}

export async function takePicture(page: Page, size: Size): Promise<Picture> {
  await resize(page, size);
  const base64 = await page.evaluate(at => foyer.picture(at), PICTURE_AT);
  const data = new Uint8ClampedArray(Buffer.from(base64, 'base64'));
  const image = { data, width: size[0], height: size[1] } as ImageData;
  return { image, similarity: other => ssim(image, other.image).mssim };
}
