import { expect, it } from 'vitest';
import { DOCUMENT, HIGH } from '../../../src/net/queue/priority.ts';
import { BASE, contentOf, setup } from '../setup.ts';

it('tells of each download when it was asked for, began and ended', async () => {
  const url = new URL('a', BASE).href;
  const { clock, queue } = setup({ [url]: contentOf('a', 20_000) }, { fault: (_, n) => (n === 0 ? { status: 500 } : undefined) });
  queue.load({ url, bytes: 20_000, priority: { class: HIGH, utility: 1 } });
  await clock.run();
  expect(queue.log.entries).toHaveLength(1);
  const [entry] = queue.log.entries;
  expect(entry).toMatchObject({ url, state: 'done', from: 'network', attempts: 2, askedAt: 0, startedAt: 0 });
  expect(entry.endedAt).toBe(clock.now());
});

it('forgets the oldest', async () => {
  const { clock, queue } = setup({});
  for (let i = 0; i < 1200; i++) queue.load({ url: `${BASE}/${i}`, priority: { class: HIGH, utility: 1 } }).done.catch(() => {});
  await clock.run();
  expect(queue.log.entries).toHaveLength(1000);
  expect(queue.log.entries.every(e => e.state === 'failed')).toBe(true);
});

it('keeps what the room arrived with, however many documents are asked for afterwards', async () => {
  const { clock, queue } = setup({});
  queue.load({ url: `${BASE}/mesh`, priority: { class: HIGH, utility: 1 } }).done.catch(() => {});
  await clock.run();
  for (let i = 0; i < 300; i++) {
    queue.load({ url: `${BASE}/${i}`, priority: { class: DOCUMENT, utility: 1 } }).done.catch(() => {});
    await clock.run();
  }
  const urls = queue.log.entries.map(({ url }) => url);
  expect(urls).toHaveLength(101);
  expect(urls[0]).toBe(`${BASE}/mesh`);
  expect(urls.at(-1)).toBe(`${BASE}/299`);
});
