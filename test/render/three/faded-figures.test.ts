import { Group } from 'three';
import { expect, it } from 'vitest';
import { createFigure } from '../../../src/render/impostors/figure.ts';
import { FadedFigures } from '../../../src/render/three/faded-figures.ts';

it('figures that have faded are left out of a frame, and what was hidden stays hidden', () => {
  const people = [1, 0.7, 0.2, 0, 0].map(opacity => {
    const person = new Group();
    person.userData.foyerFigure = { ...createFigure(1.7), opacity };
    return person;
  });
  people[4].visible = false;
  const scene = new Group().add(new Group().add(...people, new Group()));
  const visible = () => people.map(person => person.visible);
  const faded = new FadedFigures();
  for (let frame = 0; frame < 2; frame++) {
    faded.hide(scene);
    expect(visible()).toEqual([true, true, false, false, false]);
    faded.show();
    expect(visible()).toEqual([true, true, true, true, false]);
  }
});
