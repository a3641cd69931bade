import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { takeSnapshot } from '../../../src/server/snapshots/take-snapshot.ts';
import { type FileServer, serveFiles } from '../file-server.ts';

let rooms: FileServer;
/** A server of another origin that knows where the room is. */
const short = createServer((_, response) => response.writeHead(302, { location: `${rooms.url}small/room.json` }).end());

beforeAll(async () => {
  rooms = await serveFiles({ '/': inject('rooms') });
  await new Promise<void>(resolve => short.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  short.close();
  await rooms.close();
});

it('draws a room whose address redirects to another origin', async () => {
  const room = `http://127.0.0.1:${(short.address() as AddressInfo).port}/room`;
  const picture = await takeSnapshot({ room, width: 160, height: 90, type: 'image/webp', site: inject('site') });
  const { entropy } = await sharp(picture).stats();
  expect(entropy).toBeGreaterThan(1);
});
