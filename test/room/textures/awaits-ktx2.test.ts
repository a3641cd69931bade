import { expect, it } from 'vitest';
import { CRITICAL, HIGH } from '../../../src/net/queue/priority.ts';
import type { RoomResource } from '../../../src/room/resources/room-resource.ts';
import { awaitsKtx2 } from '../../../src/room/textures/awaits-ktx2.ts';

const resource = (type: string, state: string, priorityClass: number) =>
  ({ info: { type }, state, priority: { class: priorityClass, utility: 1 } }) as unknown as RoomResource;

it('only a KTX2 texture that is requested as a refinement needs the transcoder: one in the cache is critical, and has a kept form', () => {
  expect(awaitsKtx2([resource('image/webp', 'waiting', HIGH), resource('image/ktx2', 'waiting', HIGH)])).toBe(true);
  expect(awaitsKtx2([resource('image/webp', 'waiting', HIGH)])).toBe(false);
  expect(awaitsKtx2([resource('image/ktx2', 'known', HIGH), resource('image/ktx2', 'on-gpu', HIGH)])).toBe(false);
  expect(awaitsKtx2([resource('image/ktx2', 'waiting', CRITICAL)])).toBe(false);
});
