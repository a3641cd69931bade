import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RoomViewer } from '../../../src/viewer/element/room-viewer.ts';
import { hasNats, NatsProcess } from '../../server/log/nats-process.ts';
import { CutProxy } from '../cut-proxy.ts';
import { LiveServer } from '../live-server.ts';
import { browser } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

/** Two people in two windows of one room, with real servers between them. */

/** Where the page's own clock (ms) has seen Alma in each frame: x and z. */
type Track = [time: number, x: number, z: number][];

declare global {
  interface Window {
    track: Track;
    heard: { readonly type: string; readonly name: string; readonly at: number }[];
    /** The most tops that somebody wore in any frame. */
    tops: number;
  }
}

/** How slow this machine is: milliseconds for five requests, one after the other. A quiet one takes about 20. */
const slowness = (viewer: ViewerPage) =>
  viewer.page.evaluate(async () => {
    const began = Date.now();
    for (let i = 0; i < 5; i++) await (await fetch('/api')).text();
    return Date.now() - began;
  });

async function visit(server: LiveServer, proxy?: CutProxy): Promise<ViewerPage> {
  const options = { viewport: { width: 320, height: 200 }, ...(proxy ? { proxy: proxy.settings } : {}) };
  const viewer = await ViewerPage.open(browser, await server.page('&quality=low'), options);
  await viewer.reach('complete');
  await viewer.page.waitForFunction(() => document.querySelector<RoomViewer>('room-viewer')?.live?.state === 'connected');
  await viewer.page.evaluate(() => {
    const viewer = document.querySelector('room-viewer') as RoomViewer;
    window.heard = [];
    window.track = [];
    window.tops = 0;
    for (const type of ['join', 'leave'] as const)
      viewer.addEventListener(type, ({ detail: { person } }) => {
        window.heard.push({ type, name: person.name, at: Date.now() });
      });
    viewer.addEventListener('message', ({ detail: { name, text } }) => {
      window.heard.push({ type: `message ${text}`, name, at: Date.now() });
    });
    const { live } = viewer;
    if (!live) return;
    const update = live.update.bind(live);
    live.update = seconds => {
      update(seconds);
      const alma = [...live.people.values()].find(({ name }) => name === 'Alma')?.avatar.avatar;
      if (alma) window.track.push([Date.now(), alma.matrix[12], alma.matrix[14]]);
      for (const { avatar } of live.people.values())
        for (const outfit of [avatar.outfit, avatar.info.outfit])
          window.tops = Math.max(window.tops, outfit.filter(({ product }) => product.category === 'top').length);
    };
  });
  return viewer;
}

const heard = ({ page }: ViewerPage) => page.evaluate(() => window.heard);
const track = ({ page }: ViewerPage) => page.evaluate(() => window.track);
const forget = ({ page }: ViewerPage) =>
  page.evaluate(() => {
    window.track.length = window.heard.length = 0;
  });

/** How far apart two tracks are at the same moments, metres: the mean and the worst. */
function apart(mine: Track, theirs: Track): { mean: number; worst: number; count: number } {
  const off: number[] = [];
  for (const [time, x, z] of theirs) {
    const i = mine.findIndex(([t]) => t >= time);
    if (i <= 0) continue;
    const [t0, x0, z0] = mine[i - 1];
    const [t1, x1, z1] = mine[i];
    const f = (time - t0) / (t1 - t0 || 1);
    off.push(Math.hypot(x - x0 - (x1 - x0) * f, z - z0 - (z1 - z0) * f));
  }
  return { mean: off.reduce((a, b) => a + b, 0) / off.length, worst: Math.max(...off), count: off.length };
}

/** What each window sees of Alma: what she wears and does. */
const seen = (viewer: ViewerPage) =>
  viewer.ask(v => {
    const alma = [...(v.live?.people.values() ?? [])].find(({ name }) => name === 'Alma');
    return alma && { activity: alma.activity, worn: alma.avatar.outfit.map(({ product }) => product.name) };
  });

/** Milliseconds within which B must see A on the slowest machine that runs these tests. The figure that counts is printed: at most 300. */
const LOOSE = 3000;

async function meet(a: ViewerPage, b: ViewerPage): Promise<void> {
  const slow = await slowness(b);
  // As the form does when it opens.
  await a.ask(v => v.live?.prepareToEnter({ name: 'Alma' }));
  const began = await a.ask(async v => {
    const began = Date.now();
    await v.enter({ name: 'Alma' });
    return began;
  });
  await expect.poll(() => heard(b)).toMatchObject([{ type: 'join', name: 'Alma' }]);
  const [{ at }] = await heard(b);
  console.log(`seen ${at - began} ms after the click; five requests take ${slow} ms`);
  expect(at - began).toBeLessThan(LOOSE);
}

async function walk(a: ViewerPage, b: ViewerPage, to: [number, number]): Promise<void> {
  await forget(a);
  await forget(b);
  await a.page.evaluate(([x, z]) => (document.querySelector('room-viewer') as RoomViewer).live?.walkTo([x, 0, z]), to);
  const last = async (viewer: ViewerPage) => (await track(viewer)).at(-1)?.slice(1) ?? [];
  await expect
    .poll(async () => Math.hypot((await last(b))[0] - to[0], (await last(b))[1] - to[1]), { timeout: 30_000 })
    .toBeLessThan(0.2);
  const { mean, worst, count } = apart(await track(a), await track(b));
  console.log(`apart on the way: mean ${mean.toFixed(3)} m, worst ${worst.toFixed(3)} m of ${count}`);
  expect(count).toBeGreaterThan(0);
  expect(mean).toBeLessThan(0.2);
}

/** The servers that each window talks to, and what ends them. */
interface Servers {
  readonly mine: LiveServer;
  readonly theirs: LiveServer;
  stop(): Promise<void>;
}

async function oneServer(): Promise<Servers> {
  const server = await LiveServer.start();
  return { mine: server, theirs: server, stop: () => server.stop() };
}

async function twoServers(): Promise<Servers> {
  const nats = await NatsProcess.start();
  const mine = await LiveServer.start(['--nats', nats.url]);
  const theirs = await LiveServer.start(['--nats', nats.url]);
  const stop = async () => {
    await mine.stop();
    await theirs.stop();
    await nats.end();
  };
  return { mine, theirs, stop };
}

describe.for([
  { servers: 'one server', start: oneServer, runs: true },
  { servers: 'two servers and one NATS (needs nats-server)', start: twoServers, runs: hasNats },
])('two windows of one room, $servers', ({ start, runs }) => {
  let servers: Servers;
  let proxy: CutProxy;
  let a: ViewerPage;
  let b: ViewerPage;
  beforeAll(async () => {
    if (!runs) return;
    servers = await start();
    proxy = await CutProxy.start();
    a = await visit(servers.mine, proxy);
    b = await visit(servers.theirs);
  }, 180_000);
  afterAll(async () => {
    await a?.close();
    await b?.close();
    await proxy?.stop();
    await servers?.stop();
  });
  beforeEach(({ skip }) => skip(!runs, 'nats-server is not installed'));

  it('one sees the other come in (300 ms after the click where the machine is idle)', () => meet(a, b));

  it('both see a walk around the furniture at the same place at the same moment', async () => {
    // The door is near the second place: who comes in may stand there.
    await walk(a, b, [-4.5, -0.3]);
    await walk(a, b, [2.5, 2.2]);
  });

  it('what one says, the other reads; what one wears, the other sees', async () => {
    await forget(b);
    const top = await a.ask(async v => {
      await v.live?.say('Hello <b>you</b>');
      const worn = new Set(v.me?.avatar.outfit.map(({ product }) => product.url));
      const other = (await v.live?.products())?.find(({ category, url }) => category === 'top' && !worn.has(url));
      if (other) await v.live?.wear(other.url);
      return other?.name;
    });
    await expect.poll(() => heard(b)).toMatchObject([{ type: 'message Hello <b>you</b>', name: 'Alma' }]);
    await expect.poll(async () => (await seen(b))?.worn).toContain(top);
    await expect.poll(async () => (await seen(b))?.worn.filter(name => name.endsWith(' top'))).toEqual([top]);
    // The change is one: nobody is seen in two tops.
    expect(await Promise.all([a, b].map(({ page }) => page.evaluate(() => window.tops)))).toEqual([1, 1]);
  });

  it('one walks to a seat and sits; a gesture does not make them stand up', async () => {
    expect(await a.ask(v => v.live?.sit(v.live.seats.find(seat => !v.live?.isTaken(seat))!))).toBe(true);
    await expect.poll(async () => (await seen(b))?.activity, { timeout: 30_000 }).toBe('sitting');
    await a.ask(v => v.live?.gesture('clap'));
    await b.page.waitForFunction(() => {
      const viewer = document.querySelector('room-viewer') as RoomViewer;
      return [...(viewer.live?.people.values() ?? [])].find(({ name }) => name === 'Alma')?.avatar.avatar?.animator.gesturing;
    });
    expect((await seen(b))?.activity).toBe('sitting');
  });

  it('a network that is cut for 4 s is seen by nobody', async () => {
    await forget(b);
    proxy.cut = true;
    await expect.poll(() => a.ask(v => v.live?.state)).toBe('reconnecting');
    await a.page.waitForTimeout(4000);
    proxy.cut = false;
    await expect.poll(() => a.ask(v => v.live?.state), { timeout: 20_000 }).toBe('connected');
    await a.page.waitForTimeout(1500);
    expect(await heard(b)).toEqual([]);
    expect(await a.ask(v => v.me?.name)).toBe('Alma');
  });

  it('a network that is cut for 30 s takes one out, and brings one back to the same place', async () => {
    const [before] = (await track(b)).slice(-1);
    proxy.cut = true;
    const cutAt = Date.now();
    await expect.poll(() => heard(b), { timeout: 40_000, interval: 500 }).toMatchObject([{ type: 'leave', name: 'Alma' }]);
    const goneAfter = Date.now() - cutAt;
    await a.page.waitForTimeout(Math.max(0, 30_000 - goneAfter));
    proxy.cut = false;
    const mendedAt = Date.now();
    await expect.poll(() => heard(b), { timeout: 40_000 }).toMatchObject([{ type: 'leave' }, { type: 'join', name: 'Alma' }]);
    console.log(`gone ${goneAfter} ms after the cut, back ${Date.now() - mendedAt} ms after its end`);
    await forget(b);
    await expect.poll(async () => (await track(b)).length).toBeGreaterThan(0);
    const [after] = (await track(b)).slice(-1);
    expect(Math.hypot(after[1] - before[1], after[2] - before[2])).toBeLessThan(0.6);
    await expect.poll(() => a.ask(v => v.me?.name)).toBe('Alma');
  });

  it('a page that goes out of sight leaves the room without a stream; `Back` returns with what was missed', async () => {
    const show = (event: string) =>
      a.page.evaluate(type => dispatchEvent(new PageTransitionEvent(type, { persisted: true })), event);
    await forget(a);
    await forget(b);
    await show('pagehide');
    await expect.poll(() => heard(b)).toMatchObject([{ type: 'leave', name: 'Alma' }]);
    expect(await a.ask(v => v.live?.state)).toBe('reconnecting');
    await b.ask(async v => {
      await v.enter({ name: 'Bea' });
      await v.live?.say('Where are you?');
    });
    expect(await heard(a)).toEqual([]);
    await show('pageshow');
    await expect.poll(() => heard(a)).toContainEqual(expect.objectContaining({ type: 'message Where are you?', name: 'Bea' }));
    await expect.poll(async () => (await heard(b)).at(-1)).toMatchObject({ type: 'join', name: 'Alma' });
    await expect.poll(() => a.ask(v => v.me?.name)).toBe('Alma');
    await b.ask(v => v.leave());
    for (const viewer of [a, b])
      await expect.poll(async () => (await heard(viewer)).at(-1)).toMatchObject({ type: 'leave', name: 'Bea' });
  });

  it('one leaves, and the other sees them go; neither page has complained', async () => {
    await forget(b);
    await a.ask(v => v.leave());
    await expect.poll(() => heard(b)).toMatchObject([{ type: 'leave', name: 'Alma' }]);
    expect(await seen(b)).toBeUndefined();
    // What the browser says of requests that were cut, or that a busy server refused for a moment, is no complaint of the page.
    const ofRequests =
      /ERR_(PROXY_CONNECTION_FAILED|EMPTY_RESPONSE|INCOMPLETE_CHUNKED|CONNECTION|INTERNET)|Failed to load resource|Lit is in dev mode/;
    for (const { problems } of [a, b]) expect(problems.filter(problem => !ofRequests.test(problem))).toEqual([]);
  });
});
