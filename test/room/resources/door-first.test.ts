import { expect, it } from 'vitest';
import { CRITICAL, CRITICAL_VISIBLE, HIGH } from '../../../src/net/queue/priority.ts';
import { DoorFirst } from '../../../src/room/resources/door-first.ts';
import type { ResourceState } from '../../../src/room/resources/resource-state.ts';
import type { RoomResource } from '../../../src/room/resources/room-resource.ts';

const of = (priorityClass: number) => ({ class: priorityClass, utility: 1 });
const resource = (priorityClass: number) =>
  ({ priority: of(priorityClass), state: 'waiting' }) as { priority: ReturnType<typeof of>; state: ResourceState };

function door() {
  const limits = { decoder: false, stuck: false };
  const first = new DoorFirst(
    () => limits.decoder,
    () => limits.stuck,
  );
  return { limits, first };
}

it('holds back what the camera does not see until the rest has arrived and is nearly decoded', () => {
  const { first, limits } = door();
  const sofa = resource(CRITICAL_VISIBLE) as RoomResource;
  expect(first.admits(sofa.priority)).toBe(true);
  first.note(sofa);
  expect([first.admits(of(CRITICAL)), first.admits(of(HIGH)), first.admits(of(CRITICAL_VISIBLE))]).toEqual([false, false, true]);
  expect(first.releases()).toBe(false);
  limits.decoder = true;
  Object.assign(sofa, { state: 'loading' });
  first.note(sofa);
  expect(first.releases()).toBe(false);
  limits.decoder = false;
  expect([first.releases(), first.releases()]).toEqual([true, false]);
  expect(first.admits(of(HIGH))).toBe(true);
});

it('holds nothing back once the room is open', () => {
  const { first } = door();
  first.note(resource(CRITICAL_VISIBLE) as RoomResource);
  first.open();
  expect([first.admits(of(CRITICAL)), first.admits(of(HIGH))]).toEqual([true, true]);
});

it('holds nothing back once nothing of what the camera sees has made progress for a while', () => {
  const { first, limits } = door();
  first.note(resource(CRITICAL_VISIBLE) as RoomResource);
  expect(first.admits(of(CRITICAL))).toBe(false);
  limits.stuck = true;
  expect([first.releases(), first.admits(of(CRITICAL))]).toEqual([true, true]);
  // A file that starts is progress.
  limits.stuck = false;
  expect([first.admits(of(CRITICAL)), first.admits(of(HIGH))]).toEqual([true, true]);
});
