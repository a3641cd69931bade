import { createServer } from 'node:http';
import { Server as ColyseusServer, Room } from '@colyseus/core';
import { defineTypes, MapSchema, Schema } from '@colyseus/schema';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { Server as SocketServer } from 'socket.io';

/**
 * The same fan-out by other servers, as their users would set them up: rooms of socket.io, state patches of colyseus. Neither of them
 * keeps anything on a disk; both hold what people wear and do in memory.
 *
 *     node --import tsx contestant-server.ts socket.io|colyseus PORT
 */

const [, , contestant, portText] = process.argv;
const port = Number(portText);

if (contestant === 'socket.io') serveSocketIo();
else await serveColyseus();
console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));

function serveSocketIo(): void {
  const http = createServer();
  const io = new SocketServer(http, { transports: ['websocket'] });
  const outfits = new Map<string, object>();
  let position = 0;
  io.on('connection', socket => {
    const room = String(socket.handshake.query.room);
    void socket.join(room);
    socket.on('change', (document: { url: string }, acknowledge: (position: number) => void) => {
      outfits.set(document.url, document);
      io.to(room).emit('stale', { position: ++position, urls: [document.url], denormalized: { [document.url]: document } });
      acknowledge(position);
    });
    socket.on('walk', (intent: object) => {
      io.to(room).emit('presence', intent);
    });
  });
  http.listen(port, '127.0.0.1');
}

class Avatar extends Schema {
  declare outfit: string;
  declare walk: string;
}
defineTypes(Avatar, { outfit: 'string', walk: 'string' });

class RoomState extends Schema {
  declare avatars: MapSchema<Avatar>;
}
defineTypes(RoomState, { avatars: { map: Avatar } });

async function serveColyseus(): Promise<void> {
  class LiveRoom extends Room<{ state: RoomState }> {
    override maxClients = 200;

    override onCreate(): void {
      const state = new RoomState();
      state.avatars = new MapSchema<Avatar>();
      this.state = state;
      this.onMessage('change', (client, outfit: string) => {
        const avatar = this.state.avatars.get(client.sessionId);
        if (avatar) avatar.outfit = outfit;
        client.send('acknowledged', outfit);
      });
      this.onMessage('walk', (client, walk: string) => {
        const avatar = this.state.avatars.get(client.sessionId);
        if (avatar) avatar.walk = walk;
      });
    }

    override onJoin(client: { readonly sessionId: string }): void {
      const avatar = new Avatar();
      avatar.outfit = '';
      avatar.walk = '';
      this.state.avatars.set(client.sessionId, avatar);
    }
  }
  const server = new ColyseusServer({ transport: new WebSocketTransport(), greet: false });
  // A kind of room for each room: visitors of one must not end up in another.
  for (let room = 0; room < 64; room++) server.define(`live-${room}`, LiveRoom);
  await server.listen(port, '127.0.0.1');
}
