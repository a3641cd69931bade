import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../render/harness.ts';

// `foyer` is what test/browser/library/three-app/page.ts exports, in the page.
declare const foyer: typeof import('./three-app/page.ts');

let harness: Harness;
let page: Page;
let errors: string[];

beforeAll(async () => {
  harness = await startHarness(join(import.meta.dirname, 'three-app/page.ts'));
});
beforeEach(async () => {
  ({ page, errors } = await harness.open());
});
afterEach(async () => {
  await page.close();
  expect(errors.filter(e => !e.includes('GPU stall due to ReadPixels'))).toEqual([]);
});
afterAll(() => harness?.close());

/** Mean difference of colour values, 0..255. */
function difference(a: string, b: string): number {
  const [x, y] = [Buffer.from(a, 'base64'), Buffer.from(b, 'base64')];
  return x.reduce((sum, value, i) => sum + Math.abs(value - y[i]), 0) / x.length;
}

describe("surfaces of a room in an app of three's", () => {
  it('look the same through post-processing, which takes linear colours, and straight on the screen', async () => {
    const [straight, composed, again] = await page.evaluate(() => {
      const renderer = foyer.renderer();
      const { scene, camera } = foyer.scene();
      scene.background = null;
      const draw = () => {
        renderer.render(scene, camera);
        return foyer.pixels(renderer.getContext());
      };
      return [draw(), foyer.composed(renderer, scene, camera), draw()];
    });
    expect(difference(straight, composed)).toBeLessThan(1);
    expect(again).toBe(straight);
  });

  it('stand back where the scene has an override material', async () => {
    const picture = await page.evaluate(() => {
      const renderer = foyer.renderer();
      const { scene, camera } = foyer.scene();
      scene.overrideMaterial = new foyer.THREE.MeshNormalMaterial();
      renderer.render(scene, camera);
      return foyer.pixels(renderer.getContext());
    });
    expect(new Set(Buffer.from(picture, 'base64')).size).toBeGreaterThan(50);
  });

  it('cast the shadow of the pose, whatever the units of the file', async () => {
    const [metres, files, none, asModelled] = await page.evaluate(() => {
      const draw = (stretch: number, change: (scene: ReturnType<typeof foyer.sunny>) => void = () => {}) => {
        const renderer = foyer.renderer();
        renderer.shadowMap.enabled = true;
        const scene = foyer.sunny(stretch);
        new foyer.SkinsForThree().follow(scene.shown);
        change(scene);
        renderer.render(scene.shown, scene.camera);
        const picture = foyer.pixels(renderer.getContext());
        renderer.dispose();
        return picture;
      };
      return [
        draw(1),
        draw(80),
        draw(1, ({ mesh }) => {
          mesh.castShadow = false;
        }),
        draw(1, ({ mesh }) => {
          mesh.customDepthMaterial = undefined;
        }),
      ];
    });
    expect(difference(metres, none)).toBeGreaterThan(1);
    expect(difference(metres, asModelled)).toBeGreaterThan(0.4);
    expect(difference(metres, files)).toBeLessThan(0.2);
  });

  it('are seen where the pose takes them, out of where they were modelled', async () => {
    const [told, untold] = await page.evaluate(() =>
      [true, false].map(tells => {
        const renderer = foyer.renderer();
        const { shown, camera, mesh } = foyer.sunny(1);
        // Both joints 20 m to the side, and the camera with them.
        const { palette } = mesh.userData.foyer;
        for (const joint of [0, 1]) palette[joint * 4 + 3] += 20;
        camera.position.x += 20;
        if (tells) new foyer.SkinsForThree().follow(shown);
        renderer.render(shown, camera);
        return renderer.info.render.calls;
      }),
    );
    expect([told, untold]).toEqual([1, 0]);
  });

  it("are met by a ray of three's Raycaster where they are seen", async () => {
    const hits = await page.evaluate(() =>
      [1, 80].map(stretch => {
        const { shown, mesh } = foyer.sunny(stretch);
        new foyer.SkinsForThree().follow(shown);
        shown.updateMatrixWorld();
        const from = (x: number) =>
          new foyer.THREE.Raycaster(new foyer.THREE.Vector3(x, 0.87, 5), new foyer.THREE.Vector3(0, 0, -1));
        // Along the half that is bent to the side; above it nothing is left of the limb as it was modelled.
        return [from(0.6), from(-0.6)].map(ray =>
          ray.intersectObject(mesh).map(({ point }) => point.toArray().map(x => +x.toFixed(2))),
        );
      }),
    );
    expect(hits[0]).toEqual([[[0.6, 0.87, expect.closeTo(0.17, 1)]], []]);
    expect(hits[1]).toEqual(hits[0]);
  });
});
