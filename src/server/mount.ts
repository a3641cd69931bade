import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { RoomServer } from './room-server.ts';
import { roomServerOptions } from './start.ts';

/** Live rooms inside another HTTP server: handles requests for the API and passes on all others. */

export interface Mounted {
  /** URL of the first room's document. */
  readonly room: string | undefined;
  handle(request: IncomingMessage, response: ServerResponse, next: () => void): void;
  close(): Promise<void>;
}

/** @param root - of the project: its lounge is the first room. */
export async function mountLiveRooms({
  url,
  root,
  data,
}: {
  readonly url: string;
  readonly root: string;
  readonly data: string | undefined;
}): Promise<Mounted> {
  const server = await RoomServer.create(
    await roomServerOptions({
      publicUrl: url,
      host: 'localhost',
      port: 0,
      firstRoom: join(root, 'public/rooms/lounge/room.json'),
      // Developers may furnish the room.
      guestRole: 'editor',
      logLevel: 'warn',
      version: 'development',
      ...(data === undefined ? {} : { data }),
    }),
  );
  await server.app.ready();
  const { addresses, documents } = server.context;
  const [first] = documents.nodes('room');
  return {
    room: first === undefined ? undefined : addresses.document(first),
    handle(request, response, next) {
      const path = request.url?.split('?', 1)[0] ?? '';
      if (path === '/api' || /^\/(api|resources|stats|metrics|healthz|readyz)(\/|$)/.test(path))
        server.app.routing(request, response);
      else next();
    },
    close: () => server.close(),
  };
}
