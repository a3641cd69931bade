import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeSnapshot } from '../../../src/server/snapshots/take-snapshot.ts';

const server = createServer((request, response) => {
  if (request.url === '/short') response.writeHead(302, { location: '/rooms/lounge/room' }).end();
  else if (request.url === '/rooms/lounge/room')
    response.end(JSON.stringify({ id: 'room', denormalized: { room: { relations: { snapshot: 'picture' } } } }));
  else if (request.url === '/rooms/lounge/picture') response.end('a picture');
  else response.writeHead(404).end();
});

beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

it('finds the picture of a live room beside the URL that a redirect led to', async () => {
  const room = `http://127.0.0.1:${(server.address() as AddressInfo).port}/short`;
  const picture = await takeSnapshot({ room, width: 64, height: 64, type: 'image/webp', site: '' });
  expect(new TextDecoder().decode(picture)).toBe('a picture');
});
