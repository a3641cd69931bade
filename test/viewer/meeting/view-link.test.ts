import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readViewFragment, showFragment, viewFragment } from '../../../src/viewer/meeting/sharing/view-link.ts';

const coordinate = fc.double({ min: -9999, max: 9999, noNaN: true });
const point = fc.tuple(coordinate, coordinate, coordinate);

it('a link to a view leads back to it, to the centimetre', () => {
  fc.assert(
    fc.property(point, point, (position, target) => {
      const read = readViewFragment(viewFragment({ position, target }));
      if (read === undefined || typeof read === 'string') throw new Error(`no view: ${read}`);
      for (const [was, is] of [...position, ...target].map((n, i) => [n, [...read.position, ...read.target][i]]))
        expect(Math.abs(was - is)).toBeLessThanOrEqual(0.0051);
    }),
  );
});

it('a link to somebody carries any name', () => {
  for (const name of ['Mira', 'Ann & Bob', '#view=', '名前', '1,2,3', 'a/b?c'])
    expect(readViewFragment(viewFragment(name))).toBe(name);
});

it('what is no link shows nothing, and nobody who left', () => {
  for (const text of ['', '#', '#view=', '#view=%', '#other']) expect(readViewFragment(text)).toBeUndefined();
  const viewer = {
    lookFrom: () => {},
    lookAt: () => {
      throw new RangeError('nobody');
    },
  };
  expect(showFragment(viewer, '#view=Mira')).toBe(false);
  expect(showFragment(viewer, '#view=1,2,3,4,5,6')).toBe(true);
});
