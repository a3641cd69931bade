import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { View } from '../../../src/viewer/camera/camera-rig.ts';
import { compareGolden } from '../pictures.ts';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';
import { type Harness, startHarness } from './harness.ts';

// `foyer` is what test/browser/render/golden/page.ts exports, in the page.
declare const foyer: typeof import('./golden/page.ts');

/** `scene.json` of a folder below golden/: a view of a room at one moment, or a scene that `scene.ts` beside it makes. */
type Scene = {
  /** The share of the picture that may differ: edges fall otherwise in another version of the browser. */
  readonly tolerance: number;
} & (({ readonly room: string; readonly seconds: number } & View) | { readonly draw: string });

const folder = join(import.meta.dirname, 'golden');
const scenes = readdirSync(folder)
  .filter(name => existsSync(join(folder, name, 'scene.json')))
  .map(name => ({ name, scene: JSON.parse(readFileSync(join(folder, name, 'scene.json'), 'utf8')) as Scene }));

describe('golden images', () => {
  const viewers = new Map<string, ViewerPage>();
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness(join(folder, 'page.ts'));
  });
  afterAll(async () => {
    for (const viewer of viewers.values()) await viewer.close();
    await harness?.close();
  });

  async function enter(room: string): Promise<ViewerPage> {
    const known = viewers.get(room);
    if (known) return known;
    const viewport = { width: 320, height: 200 };
    const viewer = await ViewerPage.open(browser, `${server.url}?quality=high&room=${room}`, { viewport });
    viewers.set(room, viewer);
    await viewer.reach('complete');
    return viewer;
  }

  async function pictureOf(scene: Scene): Promise<Buffer> {
    if ('room' in scene) return (await enter(scene.room)).picture(scene.seconds, scene);
    const { page, errors } = await harness.open();
    const url = await page.evaluate(name => foyer.draw(name), scene.draw);
    await page.close();
    expect(errors.filter(error => !error.includes('GPU stall'))).toEqual([]);
    return Buffer.from(url.split(',')[1], 'base64');
  }

  it.each(scenes)('$name', async ({ name, scene }) => {
    expect(compareGolden(join(folder, name), await pictureOf(scene), scene.tolerance)).toBeUndefined();
  });
});
