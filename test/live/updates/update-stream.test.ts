import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient } from '../../../src/live/server/api-client.ts';
import { ServerClock } from '../../../src/live/server/server-clock.ts';
import type { UpdateListener } from '../../../src/live/updates/update-events.ts';
import { UpdateStream } from '../../../src/live/updates/update-stream.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const url = 'https://rooms.example/api/updates/room/lounge';

/** One connection that the stream opened, in the test's hands. */
interface Opened {
  readonly url: URL;
  readonly headers: Record<string, string>;
  send(text: string): void;
  close(): void;
  readonly aborted: boolean;
}

let clock: VirtualClock;
let opened: Opened[];
let heard: string[];
let status: number;
let retryAfter: string | undefined;
let dice: number;
let offline: boolean;
let redirectedTo: string | undefined;
let stream: UpdateStream;

beforeEach(() => {
  clock = new VirtualClock();
  opened = [];
  heard = [];
  status = 200;
  retryAfter = undefined;
  dice = 0.5;
  offline = false;
  redirectedTo = undefined;
});
afterEach(() => stream.dispose());

async function fakeFetch(to: string, init: RequestInit): Promise<Response> {
  if (offline) throw new TypeError('Failed to fetch');
  if (status !== 200)
    return new Response('{}', { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } });
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: c => void (controller = c) });
  init.signal?.addEventListener('abort', () => controller?.error(init.signal?.reason));
  opened.push({
    url: new URL(to),
    headers: init.headers as Record<string, string>,
    send: text => controller?.enqueue(new TextEncoder().encode(text)),
    close: () => controller?.close(),
    get aborted() {
      return init.signal?.aborted ?? false;
    },
  });
  const response = new Response(body, { status: 200 });
  return redirectedTo
    ? Object.defineProperties(response, { url: { value: redirectedTo }, redirected: { value: true } })
    : response;
}

function open(after?: string, token?: string): void {
  const listener: UpdateListener = {
    stale: ({ urls, denormalized }) => heard.push(`stale ${urls.join()} ${Object.keys(denormalized).length}`),
    presence: ({ avatar, animation }) => heard.push(`presence ${avatar} ${animation}`),
    message: ({ text }) => heard.push(`message ${text}`),
    reset: () => heard.push('reset'),
    state: state => heard.push(state),
    failed: error => heard.push(`failed ${(error as Error).name}`),
  };
  const serverClock = new ServerClock(clock, 0);
  const api = new ApiClient({ entry: 'https://rooms.example/api', fetch: fakeFetch, clock, token, serverClock });
  stream = new UpdateStream({ url, after, api, fetch: fakeFetch, clock, random: () => dice, serverClock, listener });
}

/** Lets the stream read what was sent: its reads take turns of the real event loop. */
async function run(ms = 0): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve));
  await clock.advance(ms);
  for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve));
}

const latest = () => opened[opened.length - 1];

describe('an update stream', () => {
  it('begins after the position of the documents, and reports events', async () => {
    open('41');
    await run();
    expect(latest().url.searchParams.get('after')).toBe('41');
    expect(latest().headers.accept).toBe('text/event-stream');
    latest().send('retry: 2000\n\n:\n\nid: 42\nevent: stale\ndata: {"urls":["/a"],"denormalized":{"/a":{}}}\n\nevent: pres');
    latest().send(
      'ence\ndata: {"avatar":"/m","animation":"walk"}\n\nid: 43\nevent: message\ndata: {"url":"/1","avatar":"/m","text":"hé"}\n\n',
    );
    await run();
    expect(heard).toEqual(['connected', 'stale /a 1', 'presence /m walk', 'message hé']);
  });

  it('resumes after the last event when the connection was cut, after the time that the server asked for', async () => {
    open('41');
    await run();
    latest().send('retry: 2000\n\nid: 57\nevent: stale\ndata: {"urls":[]}\n\n');
    await run();
    latest().close();
    await run();
    expect(heard.at(-1)).toBe('reconnecting');
    await run(1000);
    expect(opened).toHaveLength(1);
    await run(2300);
    expect(opened).toHaveLength(2);
    expect(latest().url.searchParams.get('after')).toBe('57');
    expect(heard.at(-1)).toBe('connected');
  });

  it('connects at once when the network is back', async () => {
    offline = true;
    open();
    await run();
    expect(clock.pending).toBe(1);
    await run(120_000);
    offline = false;
    stream.reconnect();
    await run(300);
    expect(opened).toHaveLength(1);
    expect(heard).toEqual(['reconnecting', 'connected']);
  });

  it('treats a connection as dead after 35 s of silence', async () => {
    open();
    await run();
    for (let i = 0; i < 4; i++) {
      await run(15_000);
      latest().send(':\n\n');
    }
    await run();
    expect(opened).toHaveLength(1);
    await run(36_000);
    expect(opened[0].aborted).toBe(true);
    expect(heard.slice(0, 2)).toEqual(['connected', 'reconnecting']);
  });

  it('knows the URL that its links are relative to, after redirects', async () => {
    open();
    expect(stream.base).toBe(url);
    await run();
    expect(stream.base).toBe(url);
    redirectedTo = 'https://rooms.example/v2/updates';
    stream.reconnect();
    await run(300);
    expect(stream.base).toBe(redirectedTo);
  });

  it('goes on after an invalid event', async () => {
    open();
    await run();
    latest().send(
      'event: stale\ndata: {"urls":"all"}\n\nevent: presence\ndata: nothing\n\nevent: unknown\ndata: {}\n\nid: 9\nevent: reset\ndata: {}\n\n',
    );
    await run();
    expect(heard).toEqual(['connected', 'failed FormatError', 'failed FormatError', 'reset']);
  });

  it('stops when the server forbids it', async () => {
    status = 403;
    open();
    await run(100_000);
    expect(heard).toEqual(['off', 'failed LiveError']);
    expect(clock.pending).toBe(0);
  });

  it('waits 20 s at most where a busy server asks for longer, once for each time that it asks', async () => {
    status = 503;
    retryAfter = '99999';
    open();
    await run();
    expect(heard).toEqual(['reconnecting']);
    status = 200;
    await run(20_000);
    expect(heard).toEqual(['reconnecting', 'connected']);
    // The next cut is an ordinary one: the visitor is back within the 15 s of the lease.
    latest().close();
    await run(2000);
    expect(heard).toEqual(['reconnecting', 'connected', 'reconnecting', 'connected']);
  });

  it('never comes sooner than a busy server asks for, whatever the dice say', async () => {
    dice = 0;
    status = 503;
    retryAfter = '4';
    open();
    await run();
    status = 200;
    await run(3999);
    expect(heard).toEqual(['reconnecting']);
    await run(501);
    expect(heard).toEqual(['reconnecting', 'connected']);
  });

  it('goes on without credentials where the server refuses the token, and sends a new one after a reconnect', async () => {
    status = 401;
    open(undefined, 'expired');
    await run();
    expect(stream.refused).toBe(true);
    status = 200;
    await run(300);
    expect(latest().headers.authorization).toBeUndefined();
    expect(heard).toEqual(['connected']);
    stream.reconnect();
    expect(stream.refused).toBe(false);
    await run(300);
    expect(latest().headers.authorization).toBe('Bearer expired');
  });

  it('sends the token of an embedder', async () => {
    open(undefined, 'abc');
    await run();
    expect(latest().headers.authorization).toBe('Bearer abc');
    expect(latest().url.searchParams.has('after')).toBe(false);
  });

  it('has neither connection nor timer while it is paused, and resumes after the last event', async () => {
    open('41');
    await run();
    latest().send('id: 57\nevent: stale\ndata: {"urls":[]}\n\n');
    await run();
    stream.pause();
    stream.reconnect();
    await run(600_000);
    expect(opened.map(({ aborted }) => aborted)).toEqual([true]);
    expect(clock.pending).toBe(0);
    stream.resume();
    stream.resume();
    await run();
    expect(opened).toHaveLength(2);
    expect(latest().url.searchParams.get('after')).toBe('57');
    expect(heard).toEqual(['connected', 'stale  0', 'reconnecting', 'connected']);
  });

  it('opens one connection where it is resumed before the paused one has ended', async () => {
    open();
    await run();
    stream.pause();
    stream.resume();
    await run(20_000);
    expect(opened.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('stays closed where it is paused while it waits for the next try', async () => {
    offline = true;
    open();
    await run();
    stream.pause();
    expect(clock.pending).toBe(0);
    offline = false;
    stream.resume();
    await run();
    expect(opened).toHaveLength(1);
  });

  it('leaves no timer and no connection behind', async () => {
    open();
    await run();
    stream.dispose();
    await run();
    expect(latest().aborted).toBe(true);
    expect(clock.pending).toBe(0);
    expect(heard).toEqual(['connected']);
  });
});
