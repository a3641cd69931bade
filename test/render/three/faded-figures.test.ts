import { BufferGeometry, CustomBlending, Group, Mesh } from 'three';
import { expect, it, vi } from 'vitest';
import { createFigure } from '../../../src/render/impostors/figure.ts';
import { SurfaceMaterial } from '../../../src/render/materials/surface-material.ts';
import { MAP, skin } from '../../../src/render/materials/surface-variant.ts';
import { FadedFigures } from '../../../src/render/three/faded-figures.ts';

const shared = new SurfaceMaterial({ variant: skin(4) | MAP, color: [0.5, 1, 1, 1] });

function makePeople(...opacities: number[]) {
  const people = opacities.map(opacity => {
    const mesh = new Mesh(new BufferGeometry(), shared);
    const person = new Group().add(new Group().add(mesh));
    person.userData.foyerFigure = { ...createFigure(1.7), opacity };
    return { person, mesh, figure: person.userData.foyerFigure };
  });
  const scene = new Group().add(new Group().add(...people.map(({ person }) => person), new Group()));
  return { people, scene };
}

it('people who have faded whole are left out of a frame, and what was hidden stays hidden', () => {
  const { people, scene } = makePeople(1, 0, 0);
  people[2].person.visible = false;
  const visible = () => people.map(({ person }) => person.visible);
  const faded = new FadedFigures();
  for (let frame = 0; frame < 2; frame++) {
    faded.fade(scene);
    expect(visible()).toEqual([true, false, false]);
    faded.restore();
    expect(visible()).toEqual([true, true, false]);
  }
});

it('people who fade are blended by their own opacity, though they share a material', () => {
  const { people, scene } = makePeople(1, 0.75, 0.25);
  const faded = new FadedFigures();
  const stands = [0, 1].map(() => {
    faded.fade(scene);
    const used = people.map(({ mesh }) => mesh.material as SurfaceMaterial);
    faded.restore();
    expect(people.map(({ mesh }) => mesh.material)).toEqual([shared, shared, shared]);
    return used;
  });
  const [whole, more, less] = stands[0];
  expect(whole).toBe(shared);
  expect([more.blendAlpha, less.blendAlpha]).toEqual([0.75, 0.25]);
  for (const { uniforms, variant, baseColor, transparent, blending, depthWrite } of [more, less]) {
    expect(uniforms).toBe(shared.uniforms);
    expect([variant, transparent, blending, depthWrite]).toEqual([skin(4) | MAP, true, CustomBlending, true]);
    expect(baseColor[0]).toBe(0.5);
  }
  // The next frame makes nothing.
  expect(stands[1][1]).toBe(more);
  expect(stands[1][2]).toBe(less);
});

it('nothing is left of a fading that is over', () => {
  const { people, scene } = makePeople(0.5, 0.5);
  const faded = new FadedFigures();
  faded.fade(scene);
  const disposed = people.map(({ mesh }) => vi.spyOn(mesh.material as SurfaceMaterial, 'dispose'));
  faded.restore();
  people[0].figure.opacity = 1;
  faded.fade(scene);
  faded.restore();
  expect(disposed.map(dispose => dispose.mock.calls.length)).toEqual([1, 0]);
  faded.dispose();
  expect(disposed.map(dispose => dispose.mock.calls.length)).toEqual([1, 1]);
});
