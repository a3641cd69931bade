import { BufferGeometry, Color, Fog, FogExp2, Group, Mesh, Scene } from 'three';
import { describe, expect, it } from 'vitest';
import { SurfaceMaterial } from '../../../src/render/materials/surface-material.ts';
import { FOG, LIT } from '../../../src/render/materials/surface-variant.ts';
import { FogForThree, fogAround } from '../../../src/render/three/fog-for-three.ts';

describe('FogForThree', () => {
  it('applies and removes the linear fog of the scene around a group', () => {
    const scene = new Scene();
    const room = new Group();
    const material = new SurfaceMaterial({ variant: LIT });
    room.add(new Mesh(new BufferGeometry(), material));
    const fog = new FogForThree();
    const follow = () => {
      fog.follow(room, fogAround(room));
      return (material.variant & FOG) !== 0;
    };
    expect(follow()).toBe(false);
    scene.fog = new Fog(new Color(1, 0, 0), 2, 10);
    expect(follow()).toBe(false); // not in the scene yet
    scene.add(room);
    expect(follow()).toBe(true);
    expect(material.defines).toHaveProperty('FOG');
    expect(material.uniforms.uFogRange.value[0]).toBeCloseTo(1 / 8);
    scene.fog = new FogExp2(0xffffff);
    expect(follow()).toBe(false);
    scene.fog = new Fog(0xffffff, 1, 2);
    expect(follow()).toBe(true);
    room.removeFromParent();
    expect(follow()).toBe(false);
  });

  it('applies a fog that changes in place', () => {
    const scene = new Scene();
    const material = new SurfaceMaterial({ variant: LIT });
    scene.add(new Mesh(new BufferGeometry(), material));
    const fog = new Fog(new Color(1, 0, 0), 2, 10);
    scene.fog = fog;
    const follower = new FogForThree();
    follower.follow(scene, fog);
    fog.far = 6;
    follower.follow(scene, fog);
    expect(material.uniforms.uFogRange.value[0]).toBeCloseTo(1 / 4);
    fog.color.setRGB(0, 1, 0);
    follower.follow(scene, fog);
    expect(material.uniforms.uFogColor.value.getHex()).toBe(new Color().setRGB(0, 1, 0).getHex());
    scene.fog = new Fog(fog.color, fog.near, fog.far);
    follower.follow(scene, null);
    expect(material.variant & FOG).toBe(0);
    follower.follow(scene, scene.fog);
    expect(material.variant & FOG).toBe(FOG);
  });
});
