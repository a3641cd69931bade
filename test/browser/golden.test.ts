import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { View } from '../../src/viewer/camera/camera-rig.ts';
import { compareGolden } from './pictures.ts';
import { browser, server } from './site.ts';
import { ViewerPage } from './viewer-page.ts';

/** `scene.json` of a folder below golden/: a view of a room at one moment. Its picture is `expected.png` beside it. */
interface Scene extends View {
  readonly room: string;
  readonly seconds: number;
  /** The share of the picture that may differ: edges fall otherwise in another version of the browser. */
  readonly tolerance: number;
}

const folder = join(import.meta.dirname, 'golden');
const scenes = readdirSync(folder).map(name => ({
  name,
  scene: JSON.parse(readFileSync(join(folder, name, 'scene.json'), 'utf8')) as Scene,
}));

describe('golden images', () => {
  const viewers = new Map<string, ViewerPage>();
  afterAll(async () => {
    for (const viewer of viewers.values()) await viewer.close();
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

  it.each(scenes)('$name', async ({ name, scene }) => {
    const { room, seconds, position, target, tolerance } = scene;
    const viewer = await enter(room);
    expect(compareGolden(join(folder, name), await viewer.picture(seconds, { position, target }), tolerance)).toBeUndefined();
  });
});
