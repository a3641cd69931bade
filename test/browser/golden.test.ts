import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareGolden } from './pictures.ts';
import { browser, server } from './site.ts';
import { ViewerPage } from './viewer-page.ts';

/** Fixed views at fixed moments. What may differ: pictures.ts. Written anew by UPDATE_GOLDENS=1; then look at them. */
const views = {
  small: [
    { name: 'door', seconds: 0, position: [0, 1.7, 5.5], target: [0, 0.9, 0] },
    { name: 'sway', seconds: 1.4, position: [-1.2, 1.4, 3], target: [-1.2, 1, 1] },
    { name: 'walk', seconds: 3, position: [3, 2.2, 4.5], target: [0, 0.8, 1.5] },
    { name: 'above', seconds: 0.7, position: [0.1, 7, 3], target: [0, 0, 0] },
    { name: 'low-angle', seconds: 2, position: [-3, 0.4, 2], target: [1, 0.8, -1] },
  ],
} as const;

describe('golden images', () => {
  let viewer: ViewerPage;
  beforeAll(async () => {
    viewer = await ViewerPage.open(browser, `${server.url}?quality=high&room=/rooms-test/small/room.json`, {
      viewport: { width: 320, height: 200 },
    });
    await viewer.reach('complete');
  });
  afterAll(() => viewer?.close());

  it.each(views.small)('small room: $name', async ({ name, seconds, position, target }) => {
    expect(compareGolden(`small-${name}`, await viewer.picture(seconds, { position, target }))).toBeUndefined();
  });
});
