import { expect, it } from 'vitest';
import type { RoomProgress } from '../../../src/room/resources/progress.ts';
import type { Overlay } from '../../../src/viewer/status/overlay.ts';
import { ProgressBar } from '../../../src/viewer/status/progress-bar.ts';

it('changes twice a second at most, but shows 1 at once, and once only', () => {
  let now = 0;
  const shown: number[] = [];
  const overlay = { progress: ({ fraction }: RoomProgress) => shown.push(fraction) } as unknown as Overlay;
  const bar = new ProgressBar({ overlay, clock: { now: () => now, after: () => () => {} } });
  const show = (at: number, fraction: number) => {
    now = at;
    bar.show({ fraction } as RoomProgress);
  };
  show(0, 0.1);
  show(499, 0.2);
  show(500, 0.3);
  show(501, 1);
  show(502, 1);
  expect(shown).toEqual([0.1, 0.3, 1]);
  bar.restart();
  show(503, 1);
  expect(shown).toEqual([0.1, 0.3, 1, 1]);
});
