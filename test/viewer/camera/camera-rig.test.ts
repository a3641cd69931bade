import { PerspectiveCamera } from 'three';
import { describe, expect, it } from 'vitest';
import { CameraRig } from '../../../src/viewer/camera/camera-rig.ts';

function rigAt(position: [number, number, number], target: [number, number, number]): CameraRig {
  const rig = new CameraRig(new PerspectiveCamera(50, 1));
  rig.jump({ position, target });
  return rig;
}

const place = (rig: CameraRig) => rig.camera.position.toArray().map(v => Math.round(v * 1000) / 1000 + 0);

describe('CameraRig', () => {
  it.each([
    [
      [0, 1.7, 5],
      [0, 1, 0],
    ],
    [
      [3, 2, -4],
      [1, 1, 1],
    ],
    [
      [-2, 0.5, 0],
      [0, 1.2, 0],
    ],
  ] as const)('a jump puts the camera exactly there: %j', (position, target) => {
    const rig = rigAt([...position], [...target]);
    expect(place(rig)).toEqual([...position]);
    const ahead = rig.camera.getWorldDirection(rig.target.clone());
    const wanted = rig.target.clone().fromArray(target).sub(rig.camera.position).normalize();
    expect(ahead.distanceTo(wanted)).toBeLessThan(1e-6);
  });

  it('walks where it looks: W ahead, D to the right', () => {
    const rig = rigAt([0, 1.7, 5], [0, 1.7, 0]);
    rig.walk(1, 0);
    rig.update(Number.POSITIVE_INFINITY);
    expect(place(rig)).toEqual([0, 1.7, 4]);
    rig.walk(0, 2);
    rig.update(Number.POSITIVE_INFINITY);
    expect(place(rig)).toEqual([2, 1.7, 4]);
  });

  it('eases to its goal, the same way whatever the frame rate', () => {
    const fast = rigAt([0, 1, 4], [0, 1, 0]);
    const slow = rigAt([0, 1, 4], [0, 1, 0]);
    for (const rig of [fast, slow]) rig.orbit(1, 0);
    for (let i = 0; i < 60; i++) fast.update(1 / 120);
    for (let i = 0; i < 10; i++) slow.update(1 / 20);
    expect(fast.camera.position.distanceTo(slow.camera.position)).toBeLessThan(1e-9);
    expect(fast.update(10)).toBe(true);
    expect(fast.update(10)).toBe(false);
  });

  it('is there at once where less motion is wanted', () => {
    const rig = rigAt([0, 1, 4], [0, 1, 0]);
    rig.immediate = true;
    rig.orbit(Math.PI / 2, 0);
    rig.update(0);
    expect(place(rig)).toEqual([4, 1, 0]);
  });

  it('stays within its angles and distances', () => {
    const rig = rigAt([0, 1, 4], [0, 1, 0]);
    rig.orbit(0, 100);
    rig.zoom(1e9);
    rig.update(Number.POSITIVE_INFINITY);
    expect(rig.camera.position.length()).toBeLessThan(62);
    rig.zoom(1e-12);
    rig.update(Number.POSITIVE_INFINITY);
    expect(rig.camera.position.distanceTo(rig.target)).toBeCloseTo(0.4);
  });

  it('keeps target and eye inside the room', () => {
    const rig = rigAt([0, 1.5, 2], [0, 1.5, 0]);
    rig.bounds = { min: [-3, 0, -3], max: [3, 2.6, 3] };
    rig.inside = true;
    rig.walk(-100, 100);
    rig.zoom(10);
    rig.update(Number.POSITIVE_INFINITY);
    const { x, y, z } = rig.camera.position;
    expect([Math.abs(x) <= 3.41, y <= 2.6, Math.abs(z) <= 3.41]).toEqual([true, true, true]);
  });

  it('flies the shorter way round', () => {
    const rig = rigAt([0.5, 1, -4], [0, 1, 0]);
    rig.fly({ position: [-0.5, 1, -4], target: [0, 1, 0] });
    rig.update(0.1);
    expect(rig.camera.position.z).toBeLessThan(-3.9);
  });
});
