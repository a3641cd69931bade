import { resolve } from 'node:path';
import type { Plugin } from 'vite';
import type { mountLiveRooms } from './src/server/mount.ts';

/** URL of the room that the page opens. */
let room: string | undefined;

/**
 * Live rooms in `npm start`: the API of `foyer serve` on the origin of the development server, in the same process. Rooms are in memory,
 * or in the folder that FOYER_DATA names. A page of the site meets others there; `FOYER_LIVE=off` leaves it out.
 */
export const liveRooms: Plugin = {
  name: 'live-rooms',
  apply: 'serve',
  async configureServer(server) {
    if (process.env.VITEST || process.env.FOYER_LIVE === 'off') return;
    const { mountLiveRooms: mount } = (await server.ssrLoadModule('/src/server/mount.ts')) as {
      mountLiveRooms: typeof mountLiveRooms;
    };
    const port = server.config.server.port ?? 5173;
    const live = await mount({
      url: `http://localhost:${port}`,
      root: resolve(import.meta.dirname),
      data: process.env.FOYER_DATA,
    });
    server.middlewares.use(live.handle);
    server.httpServer?.once('close', () => void live.close());
    room = live.room;
  },
  // The page opens the live room, as that of `foyer serve` does.
  transformIndexHtml: (_html, { path }) =>
    room === undefined || !/^\/(index\.html)?$/.test(path)
      ? []
      : [{ tag: 'meta', attrs: { name: 'foyer-room', content: room }, injectTo: 'head' }],
};
