import { expect, it } from 'vitest';
import { CRITICAL, CRITICAL_VISIBLE, HIGH } from '../../../src/net/queue/priority.ts';
import { DecodeTurns } from '../../../src/room/resources/decode-turns.ts';
import type { RoomResource } from '../../../src/room/resources/room-resource.ts';

const resource = (priorityClass: number) => ({ priority: { class: priorityClass, utility: 0 } }) as RoomResource;

/** Work that ends when it is told to. */
function manual() {
  let end = () => {};
  const done = new Promise<void>(resolve => {
    end = resolve;
  });
  return { work: () => done, end };
}

const settled = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

it('lets what the camera sees be decoded first, then what arrived first', async () => {
  const turns = new DecodeTurns();
  const { signal } = new AbortController();
  const first = manual();
  const running = Array.from({ length: 8 }, () => turns.take(resource(CRITICAL), signal, first.work));
  const order: string[] = [];
  const later = [
    ['high', HIGH],
    ['unseen', CRITICAL],
    ['seen', CRITICAL_VISIBLE],
    ['seen too', CRITICAL_VISIBLE],
  ] as const;
  const waiting = later.map(([name, priorityClass]) =>
    turns.take(resource(priorityClass), signal, async () => {
      order.push(name);
    }),
  );
  await settled();
  expect(order).toEqual([]);
  first.end();
  await Promise.all([...running, ...waiting]);
  expect(order).toEqual(['seen', 'seen too', 'unseen', 'high']);
});

it('releases the place of work that fails or is aborted', async () => {
  const turns = new DecodeTurns();
  const { signal } = new AbortController();
  const leaving = new AbortController();
  const first = manual();
  const running = Array.from({ length: 8 }, () => turns.take(resource(CRITICAL), signal, first.work));
  const aborted = turns.take(resource(CRITICAL_VISIBLE), leaving.signal, async () => 'never');
  const failed = turns.take(resource(CRITICAL_VISIBLE), signal, async () => Promise.reject(new Error('broken')));
  leaving.abort(new Error('left'));
  first.end();
  await expect(aborted).rejects.toThrow('left');
  await expect(failed).rejects.toThrow('broken');
  await Promise.all(running);
  const done = Array.from({ length: 20 }, (_, i) => turns.take(resource(CRITICAL), signal, async () => i));
  expect(await Promise.all(done)).toHaveLength(20);
});
