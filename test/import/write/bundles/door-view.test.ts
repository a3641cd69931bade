import { expect, it } from 'vitest';
import { DoorView } from '../../../../src/import/write/bundles/door-view.ts';

const view = new DoorView({ position: [0, 1, 0], target: [0, 1, -10] });
const still = { rotation: [0, 0, 0, 1], scale: 1 } as const;
const bounds = { min: [-0.5, 0, -0.5], max: [0.5, 1, 0.5] } as const;
const at = (x: number, z: number) =>
  view.furniture(
    { position: [x, 0, z], rotation: [...still.rotation], scale: 1 },
    { min: [...bounds.min], max: [...bounds.max] },
  );

it('what the door shows is urgent, the more the larger it looks', () => {
  expect(at(0, -3)).toBeGreaterThan(at(0, -9));
  expect(at(0, -9)).toBeGreaterThan(1);
  // Half the picture is 0.83 m wide for each metre ahead.
  expect([at(4, -4) > 1, at(4.6, -4) > 1, at(0, 3) > 1]).toEqual([true, false, false]);
});

it('a long thing beside the picture is not seen, though a ball around it would be', () => {
  const rail = { min: [0, 0, -3] as [number, number, number], max: [0.1, 1, 3] as [number, number, number] };
  const place = (x: number) => view.furniture({ position: [x, 0, -3], rotation: [...still.rotation], scale: 1 }, rail);
  expect([place(2) > 1, place(5.5) > 1]).toEqual([true, false]);
});

it('somebody who stands in the picture is urgent', () => {
  const urgency = (x: number, z: number) => view.avatar({ position: [x, 0, z], rotation: [0, 0, 0, 1] });
  expect([urgency(0, -4) > 1, urgency(0, 4) > 1, urgency(8, -4) > 1]).toEqual([true, false, false]);
});
