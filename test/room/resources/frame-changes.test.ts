import { PerspectiveCamera } from 'three';
import { describe, expect, it, vi } from 'vitest';
import { LiveProduct } from '../../../src/room/furniture/live-product.ts';
import { FrameChanges } from '../../../src/room/resources/frame-changes.ts';
import { LowToHighTexture } from '../../../src/room/textures/low-to-high-texture.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { FakeWorld, writeFakeRoom } from '../fakes.ts';
import { visit } from '../visit.ts';

describe('FrameChanges', () => {
  it('refreshes a subscriber once, however often it is marked, and also what a refresh marks', () => {
    const clock = new VirtualClock();
    const changes = new FrameChanges(clock, () => changes.apply());
    const log: string[] = [];
    const second = {
      refresh: () => {
        log.push('second');
      },
    };
    const first = {
      refresh: () => {
        log.push('first');
        changes.mark(second);
      },
    };
    changes.mark(first);
    changes.mark(first);
    expect([changes.due, log]).toEqual([true, []]);
    changes.apply();
    expect([changes.due, log, clock.pending]).toEqual([false, ['first', 'second'], 0]);
  });

  it('applies changes after 16 ms if no frame is drawn', async () => {
    const clock = new VirtualClock();
    let refreshed = 0;
    const changes = new FrameChanges(clock, () => changes.apply());
    changes.mark({ refresh: () => refreshed++ });
    await clock.advance(15);
    expect(refreshed).toBe(0);
    await clock.advance(1);
    expect(refreshed).toBe(1);
  });
});

it('a resource that arrives refreshes what shows it and nothing else, however large the room is', async () => {
  const world = new FakeWorld();
  world.held = [];
  const names = Array.from({ length: 60 }, (_, i) => `chair ${i}`);
  const products = Object.fromEntries(names.map(name => [name, { low: true, high: ['image/webp'] } as const]));
  const places = names.map(product => ({ product }));
  writeFakeRoom(world, products, places);
  const v = visit(world);
  await v.session.open();
  await v.run();
  const refreshed = [vi.spyOn(LiveProduct.prototype, 'refresh'), vi.spyOn(LowToHighTexture.prototype, 'refresh')];
  for (const spy of refreshed) spy.mockClear();
  // A mesh, then a low texture.
  world.held.shift()?.();
  await v.run();
  expect(refreshed.map(spy => spy.mock.calls.length)).toEqual([1, 0]);
  world.held.shift()?.();
  await v.run();
  expect(refreshed.map(spy => spy.mock.calls.length)).toEqual([2, 1]);
  const camera = new PerspectiveCamera(50, 1);
  for (let frame = 0; frame < 10; frame++) v.session.update(0.016, camera, 100, 100);
  expect(refreshed.map(spy => spy.mock.calls.length)).toEqual([2, 1]);
});
