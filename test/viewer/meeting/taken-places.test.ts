import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TakenPlaces } from '../../../src/viewer/meeting/labels/taken-places.ts';

it('a place is blocked by what overlaps it, and free beside it', () => {
  const places = new TakenPlaces();
  places.take(10, 10, 50, 30);
  expect(places.blockedBy(40, 20, 80, 40, 0)).toBe(10);
  expect(places.blockedBy(50, 10, 90, 30, 0)).toBeNaN();
  expect(places.blockedBy(50, 10, 90, 30, 4)).toBe(10);
  expect(places.blockedBy(48, 10, 90, 30, -4)).toBeNaN();
  places.clear();
  expect(places.blockedBy(40, 20, 80, 40, 0)).toBeNaN();
});

it('a bubble moves up past what is in its way, and says so where there is no room', () => {
  const places = new TakenPlaces();
  expect(places.stack(0, 100, 200, 40, 4)).toBe(200);
  expect(places.stack(50, 150, 200, 40, 4)).toBe(156);
  expect(places.stack(0, 100, 200, 90, 4)).toBe(112);
  expect(places.stack(0, 100, 200, 90, 4)).toBeNaN();
});

it('stacked bubbles never overlap', () => {
  const bubble = fc.record({
    left: fc.integer({ min: 0, max: 300 }),
    width: fc.integer({ min: 20, max: 220 }),
    bottom: fc.integer({ min: 60, max: 600 }),
    height: fc.integer({ min: 20, max: 120 }),
  });
  fc.assert(
    fc.property(fc.array(bubble, { maxLength: 16 }), bubbles => {
      const places = new TakenPlaces();
      const placed: { left: number; right: number; top: number; bottom: number }[] = [];
      for (const { left, width, bottom, height } of bubbles) {
        const at = places.stack(left, left + width, bottom, height, 4);
        if (Number.isNaN(at)) continue;
        const rect = { left, right: left + width, top: at - height, bottom: at };
        for (const other of placed) {
          const apart =
            rect.left >= other.right || rect.right <= other.left || rect.top >= other.bottom || rect.bottom <= other.top;
          expect(apart).toBe(true);
        }
        placed.push(rect);
      }
    }),
    { numRuns: 200 },
  );
});
