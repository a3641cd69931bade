import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { call, type Doc, documentOf } from '../../drills/visitor.ts';
import type { Join } from './crowd-member.ts';

/** A visitor of `foyer serve`: enters by the contract, writes by POST, reads one stream. */

const agent = new Agent({ keepAlive: true, maxSockets: 32 });

export const joinFoyer: Join = async ({ url, room, index, events }) => {
  const { session } = documentOf(await call('GET', `${url}/api`)).relations;
  const made = await call('POST', session, { body: { data: { name: `Visitor ${index}` } } });
  if (made.status !== 201) throw new Error(`session: HTTP ${made.status} ${made.json.message}`);
  const cookie = String(made.headers['set-cookie']).split(';')[0];
  const { rooms, me } = documentOf(await call('GET', `${url}/api`, { cookie })).relations;
  const list = await roomsAt(rooms);
  const nodes = documentOf(list).nodes ?? [];
  const roomUrl = nodes[room % nodes.length];
  const links = (list.json.denormalized?.[roomUrl] as Doc).relations;
  const group = await call('GET', `${links.avatars}?limit=1`);
  const entered = await call('POST', links.avatars, { cookie, body: { data: { position: [0, 0, 0] }, relations: { ref: me } } });
  if (entered.status !== 201) throw new Error(`enter: HTTP ${entered.status} ${entered.json.message}`);
  const edge = String(entered.headers.location);
  const outfitGroup = documentOf(await call('GET', me, { cookie })).relations.outfit;
  const [outfit] = documentOf(await call('GET', outfitGroup, { cookie })).edges ?? [];
  const stream = await open(documentOf(group).updates, String(group.headers['foyer-seq']), cookie, events);
  const post = (target: string, body: string) =>
    new Promise<number>((resolve, reject) => {
      const sent = request(
        target,
        {
          method: 'POST',
          agent,
          headers: { cookie, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        response => {
          response.resume();
          response.once('end', () => resolve(response.statusCode ?? 0));
        },
      );
      sent.once('error', reject);
      sent.end(body);
    });
  return {
    async change(key) {
      const status = await post(outfit, `{"data":{"joint":"${key}"}}`);
      if (status !== 200) throw new Error(`change: HTTP ${status}`);
    },
    walk(step) {
      void post(edge, JSON.stringify({ data: { path: walkPath(step), speed: 1.4, animation: 'walk' } }));
    },
    get bytes() {
      return stream.bytesRead;
    },
    close: () => stream.destroy(),
  };
};

/** By the URL of the group: each process names its own. */
const listed = new Map<string, ReturnType<typeof call>>();

function roomsAt(rooms: string): ReturnType<typeof call> {
  let list = listed.get(rooms);
  if (!list) listed.set(rooms, (list = call('GET', rooms)));
  return list;
}

/** A walk across the room. */
export function walkPath(step: number): readonly (readonly number[])[] {
  return [
    [(step * 7) % 5, 0, (step * 3) % 4],
    [(step * 5) % 5, 0, (step * 11) % 4],
  ];
}

function open(updates: string, after: string, cookie: string, events: Parameters<Join>[0]['events']): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${updates}?after=${after}`,
      { agent: false, headers: { cookie, accept: 'text/event-stream' } },
      response => {
        if (response.statusCode !== 200) return reject(new Error(`stream: HTTP ${response.statusCode}`));
        response.setEncoding('latin1');
        let rest = '';
        response.on('data', (text: string) => {
          const blocks = (rest + text).split('\n\n');
          rest = blocks.pop() ?? '';
          // No JSON.parse: the crowd shares two cores with the server.
          for (const block of blocks) {
            if (block.startsWith('event: presence')) events.walked();
            else {
              const at = block.indexOf('"joint":"k');
              if (at >= 0) events.changed(block.slice(at + 9, block.indexOf('"', at + 9)));
            }
          }
        });
        resolve(response.socket);
      },
    );
    sent.once('error', reject);
    sent.end();
  });
}
