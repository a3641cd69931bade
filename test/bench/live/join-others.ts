import { Callbacks, Client } from '@colyseus/sdk';
import { io } from 'socket.io-client';
import type { Join } from './crowd-member.ts';
import { walkPath } from './join-foyer.ts';

/** Visitors of the other contestants. What they send is as long as what Foyer's documents carry. */

const link = (url: string, path: string) => `${url}/api/avatars/u-0123456789abcdef0123/${path}`;

export const joinSocketIo: Join = async ({ url, room, events }) => {
  const socket = io(url, { transports: ['websocket'], query: { room: String(room) }, forceNew: true, reconnection: false });
  socket.on('stale', (event: { denormalized: Record<string, { data: { joint: string } }> }) => {
    for (const { data } of Object.values(event.denormalized)) events.changed(data.joint);
  });
  socket.on('presence', () => events.walked());
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const transport = socket.io.engine.transport as unknown as {
    readonly ws: { readonly _socket: { readonly bytesRead: number } };
  };
  return {
    change: key =>
      new Promise(resolve => {
        const document = {
          url: link(url, 'outfit/0'),
          data: { joint: key },
          relations: { ref: link(url, 'product') },
          updates: link(url, 'updates'),
        };
        socket.emit('change', document, () => resolve());
      }),
    walk: step =>
      void socket.emit('walk', {
        avatar: link(url, ''),
        path: walkPath(step),
        start: 1_795_000_000.123,
        speed: 1.4,
        animation: 'walk',
      }),
    get bytes() {
      return transport.ws._socket.bytesRead;
    },
    close: () => void socket.close(),
  };
};

interface AvatarState {
  readonly outfit: string;
  readonly walk: string;
}

const made = new Map<number, Promise<unknown>>();

export const joinColyseus: Join = async ({ url, room, events }) => {
  const enter = () => new Client(url.replace('http', 'ws')).joinOrCreate<{ avatars: Map<string, AvatarState> }>(`live-${room}`);
  // Two that come first at the same time would make two rooms.
  const isFirst = !made.has(room);
  const entering = isFirst ? enter() : made.get(room)?.then(enter);
  if (isFirst) made.set(room, entering as Promise<unknown>);
  const joined = (await entering) as Awaited<ReturnType<typeof enter>>;
  const acknowledged = new Map<string, () => void>();
  joined.onMessage('acknowledged', (outfit: string) => acknowledged.get(outfit)?.());
  const callbacks = Callbacks.get(joined as never) as unknown as {
    onAdd(name: string, added: (avatar: AvatarState) => void): void;
    listen(avatar: AvatarState, name: string, changed: (value: string) => void, immediate: boolean): void;
  };
  callbacks.onAdd('avatars', avatar => {
    callbacks.listen(avatar, 'outfit', value => value !== '' && events.changed(JSON.parse(value).data.joint), false);
    callbacks.listen(avatar, 'walk', value => value !== '' && events.walked(), false);
  });
  const { transport } = joined.connection as unknown as {
    readonly transport: { readonly ws: { readonly _socket: { readonly bytesRead: number } } };
  };
  return {
    change: key =>
      new Promise(resolve => {
        const outfit = JSON.stringify({ data: { joint: key }, relations: { ref: link(url, 'product') } });
        acknowledged.set(outfit, resolve);
        joined.send('change', outfit);
      }),
    walk: step =>
      joined.send(
        'walk',
        JSON.stringify({ path: walkPath(step), start: 1_795_000_000.123, speed: 1.4, animation: 'walk', step }),
      ),
    get bytes() {
      return transport.ws._socket?.bytesRead ?? 0;
    },
    close: () => void joined.leave(),
  };
};
