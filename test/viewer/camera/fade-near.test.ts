import { Box3, Group, PerspectiveCamera, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { createFigure } from '../../../src/render/impostors/figure.ts';
import type { LiveAvatar } from '../../../src/room/avatars/live-avatar.ts';
import { fadeNear } from '../../../src/viewer/camera/fade-near.ts';

function personAt(x: number, z: number): LiveAvatar {
  const group = new Group();
  group.userData.foyerFigure = createFigure(1.8);
  group.matrix.setPosition(x, 0, z);
  return { group, box: new Box3(new Vector3(x - 0.3, 0, z - 0.3), new Vector3(x + 0.3, 1.8, z + 0.3)) } as unknown as LiveAvatar;
}

/** Opacity of somebody at x metres from a camera at that height. */
function opacityAt(x: number, height = 1.6): number {
  const camera = new PerspectiveCamera();
  camera.position.set(0, height, 0);
  camera.updateMatrixWorld();
  const person = personAt(x, 0);
  fadeNear([person], camera);
  return person.group.userData.foyerFigure.opacity;
}

describe('people near to the camera', () => {
  it('are whole from 0.5 m on: a face is looked at from 0.6 m', () => {
    expect([opacityAt(0.5), opacityAt(0.6), opacityAt(5)]).toEqual([1, 1, 1]);
  });

  it('fade from there on, and are gone before the near plane cuts them', () => {
    expect(opacityAt(0.4)).toBeCloseTo(0.5);
    expect([opacityAt(0.3), opacityAt(0)]).toEqual([0, 0]);
  });

  it('stay where the camera passes above them', () => {
    expect(opacityAt(0.1, 2.4)).toBe(1);
  });
});
