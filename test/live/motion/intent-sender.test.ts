import { expect, it } from 'vitest';
import { IntentSender } from '../../../src/live/motion/intent-sender.ts';
import { ApiClient } from '../../../src/live/server/api-client.ts';
import { ServerClock } from '../../../src/live/server/server-clock.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const EDGE = 'https://rooms.example/api/rooms/lounge/avatars/1';

it.each([
  '99999',
  'Sun, 29 Nov 2096 22:00:00 GMT',
])('sends again after a minute where the server asks for longer: %s', async value => {
  const clock = new VirtualClock();
  const sent: { readonly at: number; readonly body: unknown }[] = [];
  const headers = { 'retry-after': value, date: 'Sun, 29 Nov 2026 22:00:00 GMT' };
  const fetch = async (_: string, { body }: RequestInit) => {
    sent.push({ at: clock.now(), body: JSON.parse(String(body)) });
    return sent.length === 1 ? new Response('{}', { status: 429, headers }) : new Response('{}');
  };
  const api = new ApiClient({ entry: 'https://rooms.example/api', fetch, clock, serverClock: new ServerClock(clock, 0) });
  const failures: unknown[] = [];
  const sender = new IntentSender(api, EDGE, clock, error => failures.push(error));
  sender.send({ speed: 1 });
  for (let seconds = 0; seconds < 62; seconds++) {
    await new Promise(resolve => setImmediate(resolve));
    await clock.advance(1000);
  }
  expect(failures).toEqual([]);
  expect(sent.map(({ body }) => body)).toEqual([{ data: { speed: 1 } }, { data: { speed: 1 } }]);
  expect(sent[1].at).toBeGreaterThanOrEqual(60_000);
  sender.dispose();
});
