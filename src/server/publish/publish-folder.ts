import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Clock } from '../../core/clock.ts';
import { quote } from '../../core/errors.ts';
import { parseUrl } from '../../core/parse-url.ts';
import { publicationOf } from '../documents/publish-room.ts';
import { importRoom } from '../documents/room-import.ts';
import { askAgain, refusalOf } from './ask-again.ts';
import { roomName } from './room-name.ts';

/** Sends an imported room to a server: the files that it lacks, then the documents in one request. */

export interface PublishOptions {
  /** Folder with `room.json`, or that file. */
  readonly room: string;
  /** URL of the server, or of its `/api`. */
  readonly to: string;
  readonly token: string;
  /** Last part of the room's URL; the folder's name by default. */
  readonly name?: string;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** Ends it. What was sent stays, and is not sent again. */
  readonly signal?: AbortSignal | undefined;
}

export interface PublishReport {
  /** URL of the room. */
  readonly room: string;
  /** Files and bytes that were sent. */
  readonly resources: number;
  readonly bytes: number;
  /** False if the server had the same room already. */
  readonly changed: boolean;
}

const AT_ONCE = 6;

/** @throws Error that names the file or request that failed, and the reason; the reason of `signal`. */
export async function publishFolder({
  room: given,
  to,
  token,
  name,
  fetch: send = fetch,
  clock,
  signal,
}: PublishOptions): Promise<PublishReport> {
  const file = (await stat(given)).isDirectory() ? join(given, 'room.json') : given;
  const room = roomName(name ?? basename(dirname(resolve(file))));
  const text = await readFile(file, 'utf8');
  const imported = importRoom(`room/${room}`, pathToFileURL(file).href, JSON.parse(text));
  const call = async (method: string, url: string, options: RequestInit = {}, allowed: readonly number[] = []) => {
    const headers = { authorization: `Bearer ${token}`, ...options.headers };
    // Redirects are not followed: whoever answers next is not whom the user gave the token for.
    const ask = (signal: AbortSignal | null) =>
      send(url, { ...options, method, headers, signal, redirect: 'manual' }).catch((cause: Error) => {
        signal?.throwIfAborted();
        const { message, code } = (cause.cause ?? cause) as NodeJS.ErrnoException;
        throw new Error(`${method} ${url}: there is no answer (${message || code})`, { cause });
      });
    const response = await askAgain(ask, { clock, signal });
    if (response.ok || allowed.includes(response.status)) return response;
    const elsewhere = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && elsewhere !== null)
      throw new Error(
        `${method} ${url}: redirects to ${parseUrl(elsewhere, url)?.href ?? quote(elsewhere)}, and a token goes nowhere else: name that server`,
      );
    const problem = (await response.json().catch(() => ({}))) as { readonly message?: string };
    throw new Error(`${method} ${url}: ${problem.message ?? 'failed'} (${refusalOf(response)})`);
  };
  const entry = `${to.replace(/\/+$/, '').replace(/\/api$/, '')}/api`;
  const links = relationsOf(await (await call('GET', entry)).json());
  if (links.publications === undefined) throw new Error(`${entry}: this token may not publish (it needs the role "editor")`);
  const publication = `${links.publications}/${room}`;
  const before = await call('GET', publication, {}, [404]);
  const known = before.ok ? documentOf(await before.json()) : undefined;
  if (known?.data?.publication === publicationOf(imported))
    return { room: String(known.relations?.room), resources: 0, bytes: 0, changed: false };
  let [resources, bytes] = [0, 0];
  await eachOf([...imported.resources], AT_ONCE, async ([resource, { url }]) => {
    const target = `${links.resources}/${resource}`;
    if ((await call('HEAD', target, {}, [404])).ok) return;
    const body = new Uint8Array(await readFile(fileURLToPath(url)));
    await call('PUT', target, { body, headers: { 'content-type': 'application/octet-stream' } });
    resources++;
    bytes += body.byteLength;
  });
  const put = await call('PUT', publication, { body: text, headers: { 'content-type': 'application/json' } });
  return { room: String(documentOf(await put.json())?.relations?.room), resources, bytes, changed: true };
}

interface Documents {
  readonly id?: string;
  readonly denormalized?: Readonly<
    Record<string, { readonly data?: Readonly<Record<string, unknown>>; readonly relations?: Readonly<Record<string, string>> }>
  >;
}

const documentOf = (json: unknown) => (json as Documents).denormalized?.[(json as Documents).id ?? ''];
const relationsOf = (json: unknown): Readonly<Record<string, string>> => documentOf(json)?.relations ?? {};

async function eachOf<Item>(items: readonly Item[], width: number, run: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      while (next < items.length) await run(items[next++]);
    }),
  );
}
