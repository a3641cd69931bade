import { Box3, PerspectiveCamera, Sphere, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { ViewScore } from '../../../src/room/resources/view-score.ts';

// 90 degrees: half the height of the picture, 500 pixels, is as far aside as ahead.
const camera = new PerspectiveCamera(90, 1);
camera.updateMatrixWorld();
const view = new ViewScore();
view.look(camera, 1000, 1000);
const ball = (x: number, y: number, z: number, radius: number) => new Sphere(new Vector3(x, y, z), radius);

describe('ViewScore', () => {
  it('computes pixels from size and distance', () => {
    expect(view.area(ball(0, 0, -10, 1))).toBeCloseTo(Math.PI * 50 * 50);
    expect(view.area(ball(0, 0, -20, 1))).toBeCloseTo(Math.PI * 25 * 25);
    expect(view.area(ball(0, 0, 20, 1))).toBeCloseTo(Math.PI * 25 * 25);
  });

  it('is the whole picture if the camera is inside', () => {
    expect(view.area(ball(0, 0, 0, 5))).toBe(1_000_000);
  });

  it('counts what is ahead, not what is behind or aside', () => {
    expect([view.sees(ball(0, 0, -5, 1)), view.sees(ball(0, 0, 5, 1)), view.sees(ball(50, 0, -5, 1))]).toEqual([
      true,
      false,
      false,
    ]);
    expect(view.share(ball(0, 0, -10, 1))).toBeCloseTo(0.1);
    const curtain = new Box3(new Vector3(6, -3, -5.1), new Vector3(6.2, 3, -4.9));
    const around = curtain.getBoundingSphere(new Sphere());
    expect([view.sees(around), view.sees(around, curtain)]).toEqual([true, false]);
    curtain.translate(new Vector3(-3, 0, 0));
    expect(view.sees(curtain.getBoundingSphere(around), curtain)).toBe(true);
    expect(view.share(ball(0, 0, 10, 1))).toBe(0);
  });
});
