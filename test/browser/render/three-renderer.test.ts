import { describe, expect, it } from 'vitest';
import { difference, similarity } from '../pictures.ts';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

const at = (room: string, more = '') => `${server.url}?quality=high${more}&room=${encodeURIComponent(room)}`;
const small = '/rooms-test/small/room.json';
const views = [
  { position: [0, 1.7, 5.5], target: [0, 0.9, 0] },
  { position: [-2.5, 1.2, 3.4], target: [-1, 1, 0.5] },
] as const;
/** GL version of the canvas. */
const version = (viewer: ViewerPage) =>
  viewer.ask(v => {
    const canvas = v.shadowRoot?.querySelector('canvas');
    return String((canvas?.getContext('webgl2') ?? canvas?.getContext('webgl'))?.getParameter(7938));
  });

/** The picture with everybody half faded, as those are who stand before the camera. The room stands still: nothing else says how much they fade. */
const faded = async (viewer: ViewerPage) => {
  await viewer.ask(v => {
    for (const { group } of v.session?.avatars ?? []) group.userData.foyerFigure.opacity = 0.5;
  });
  return viewer.picture(1.4, views[1]);
};

describe('renderer="three"', () => {
  it('draws the same room with WebGL 2, and can be changed while the room is open', async () => {
    const viewer = await ViewerPage.open(browser, at(small));
    await viewer.reach('complete');
    const lean = [await viewer.picture(1, views[0]), await viewer.picture(1.4, views[1])];
    const leanFaded = await faded(viewer);
    const change = async (name: string) => {
      await viewer.page.evaluate(renderer => {
        const element = document.querySelector('room-viewer');
        element?.setAttribute('renderer', renderer);
      }, name);
      await viewer.reach('complete');
    };
    await change('three');
    expect(await version(viewer)).toContain('WebGL 2.0');
    // What was looked at stays.
    const kept = await viewer.ask(v => v.view.position);
    kept.forEach((x, i) => {
      expect(x).toBeCloseTo(views[1].position[i]);
    });
    const three = [await viewer.picture(1, views[0]), await viewer.picture(1.4, views[1])];
    three.forEach((picture, i) => {
      expect(similarity(lean[i], picture)).toBeGreaterThan(0.98);
      expect(difference(lean[i], picture)).toBeLessThan(0.01);
      expect(similarity(lean[1 - i], picture)).toBeLessThan(0.9);
    });
    expect((await viewer.metrics()).drawCalls).toBeGreaterThan(3);
    const threeFaded = await faded(viewer);
    expect(difference(three[1], threeFaded)).toBeGreaterThan(0.005);
    expect(similarity(leanFaded, threeFaded)).toBeGreaterThan(0.98);
    expect(difference(leanFaded, threeFaded)).toBeLessThan(0.01);
    await change('lean');
    expect(await version(viewer)).toContain('WebGL 1.0');
    expect(difference(lean[0], await viewer.picture(1, views[0]))).toBe(0);
    expect(viewer.problems).toEqual([]);
    await viewer.close();
  });

  it('comes from the markup; a browser without WebGL 2 gets a message; another room can be opened', async () => {
    const viewer = await ViewerPage.open(browser, at(small, '&renderer=three'));
    await viewer.reach('complete');
    expect(await version(viewer)).toContain('WebGL 2.0');
    await viewer.page.evaluate(
      src => document.querySelector('room-viewer')?.setAttribute('src', src),
      '/rooms-test/dressing/room.json',
    );
    await viewer.page.waitForFunction(
      () => document.querySelector('room-viewer')?.session?.root.name === 'OutfitChangeQueue room',
    );
    await viewer.reach('complete');
    expect(viewer.problems).toEqual([]);
    await viewer.close();
    const refused = await ViewerPage.open(browser, at(small, '&renderer=three'), {
      before: page =>
        page.addInitScript(() => {
          const { getContext } = HTMLCanvasElement.prototype;
          const refusing = function (this: HTMLCanvasElement, ...args: unknown[]): unknown {
            return args[0] === 'webgl2' ? null : Reflect.apply(getContext, this, args);
          };
          HTMLCanvasElement.prototype.getContext = refusing as typeof getContext;
        }),
    });
    await refused.reach('error');
    expect(await refused.text()).toContain('shows no 3D');
    await refused.close();
  });
});
