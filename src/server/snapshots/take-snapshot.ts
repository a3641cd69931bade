import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastify from 'fastify';
import { untilAborted } from '../../core/until-aborted.ts';
import { askAgain, refusalOf } from '../publish/ask-again.ts';
import { PagePool } from './page-pool.ts';
import type { PictureSize, PictureType } from './picture-request.ts';

/** Takes a picture of one room, for posters and link previews: from its live server, or drawn here. */

export interface TakeSnapshotOptions extends PictureSize {
  /** URL of a room, of a live server or a static one; or the path of its `room.json` or of the folder of that. */
  readonly room: string;
  readonly type: PictureType;
  /** Folder of the built site, whose viewer draws. */
  readonly site: string;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws Error with the reason why there is no picture; the reason of `signal`. */
export async function takeSnapshot({ room: given, width, height, type, site, signal }: TakeSnapshotOptions): Promise<Uint8Array> {
  const room = existsSync(given) && statSync(given).isDirectory() ? join(given, 'room.json') : given;
  const remote = existsSync(room) ? undefined : await fromServer(room, `${width}x${height}`, type, signal);
  if (remote instanceof Uint8Array) return remote;
  if (!existsSync(`${site}/index.html`)) throw new Error(`${site} has no built site: npm run build:site`);
  const app = fastify();
  app.register(fastifyStatic, { root: resolve(site), prefix: '/' });
  if (remote === undefined)
    app.register(fastifyStatic, { root: resolve(dirname(room)), prefix: '/room-here/', decorateReply: false });
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const url = remote ?? `${origin}/room-here/${basename(room)}`;
  const pool = new PagePool({ pages: 1, anyOrigin: true });
  try {
    const page = `${origin}/?${new URLSearchParams({ room: url, quality: 'high', live: 'off' })}`;
    const picture = pool.render({ page, width, height, type, origins: [origin, new URL(url).origin] });
    return await (signal ? untilAborted(picture, signal) : picture);
  } finally {
    await pool.close();
    await app.close();
  }
}

/** Requests the picture from a live server. Returns the URL of a static room, after redirects: the page may reach its origin alone. */
async function fromServer(
  room: string,
  size: string,
  type: PictureType,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | string> {
  if (!URL.canParse(room)) throw new Error(`${room} is neither a URL nor a file`);
  const response = await askAgain(signal => fetch(room, { signal }), { signal });
  if (!response.ok) throw new Error(`${room}: ${refusalOf(response)}`);
  const { id = room, denormalized } = (await response.json()) as {
    id?: string;
    denormalized?: Record<string, { relations?: { snapshot?: string } }>;
  };
  const snapshot = denormalized?.[id]?.relations?.snapshot;
  if (snapshot === undefined) return response.url;
  const headers = { 'foyer-size': size, accept: type };
  const picture = await askAgain(signal => fetch(new URL(snapshot, response.url), { headers, signal }), { signal });
  if (picture.ok) return new Uint8Array(await picture.arrayBuffer());
  const { message } = (await picture.json().catch(() => ({}))) as { message?: string };
  throw new Error(`${snapshot}: ${message ?? 'failed'} (${refusalOf(picture)})`);
}
