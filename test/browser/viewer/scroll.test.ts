import { expect, it } from 'vitest';
import { difference, similarity } from '../pictures.ts';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

const view = { position: [0, 1.7, 5.5], target: [0, 0.9, 0] } as const;

/** The small room after a second, all of its textures moving. */
async function pictureOf(scroll: readonly [number, number] | undefined, renderer: 'lean' | 'three' = 'lean'): Promise<Buffer> {
  const viewer = await ViewerPage.open(browser, `${server.url}?quality=high&room=/rooms-test/small/room.json`, {
    before: async page => {
      await page.addInitScript(
        name =>
          document.addEventListener('DOMContentLoaded', () =>
            document.querySelector('room-viewer')?.setAttribute('renderer', name),
          ),
        renderer,
      );
      await page.route(
        ({ pathname }) => pathname.endsWith('/small/room.json'),
        async route => {
          const response = await route.fetch();
          const json = await response.json();
          for (const { data } of Object.values<{ data?: { kind?: string; scroll?: unknown } }>(json.denormalized))
            if (data?.kind === 'texture' && scroll) data.scroll = scroll;
          await route.fulfill({ response, json });
        },
      );
    },
  });
  await viewer.reach('complete');
  const picture = await viewer.picture(1, view);
  expect(viewer.problems).toEqual([]);
  await viewer.close();
  return picture;
}

it('textures move as documents say, alike in both renderers; after a whole length they are where they were', async () => {
  const still = await pictureOf(undefined);
  const moved = await pictureOf([0.13, 0.07]);
  expect(difference(still, moved)).toBeGreaterThan(0.01);
  expect(difference(still, await pictureOf([1, -1]))).toBeLessThan(0.002);
  expect(similarity(moved, await pictureOf([0.13, 0.07], 'three'))).toBeGreaterThan(0.98);
});
