import { gzipSync } from 'node:zlib';
import type { Request, Response } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { difference } from '../pictures.ts';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

// Without a governor of the quality: a slow machine must not change the pictures.
const at = (room: string) => `${server.url}?quality=high&room=${encodeURIComponent(room)}`;
const small = '/rooms-test/small/room.json';

describe('a room', () => {
  let viewer: ViewerPage;
  beforeAll(async () => {
    viewer = await ViewerPage.open(browser, at(small));
    await viewer.reach('complete');
  });
  afterAll(() => viewer?.close());
  beforeEach(() => viewer.ask(v => v.play()));

  it('becomes interactive, then complete, with nothing on the console', async () => {
    const types = (await viewer.events()).map(e => e.type).filter(t => t !== 'progress');
    expect(types).toEqual(['interactive', 'complete']);
    expect(viewer.problems).toEqual([]);
    const marks = await viewer.page.evaluate(() => performance.getEntriesByType('mark').map(m => m.name));
    expect(marks.filter(m => m.startsWith('foyer:'))).toEqual(['foyer:interactive', 'foyer:complete']);
  });

  it('tells how far it is: to the open door, then to the sharp picture, and never runs back on the way', async () => {
    const events = await viewer.events();
    const door = events.findIndex(({ type }) => type === 'interactive');
    for (const [toward, told] of [
      ['interactive', events.slice(0, door)],
      ['complete', events.slice(door)],
    ] as const) {
      const reports = told.filter(({ type }) => type === 'progress');
      expect(reports.map(report => report.toward).filter(to => to !== toward)).toEqual([]);
      const fractions = reports.flatMap(({ fraction }) => fraction ?? []);
      expect(fractions.at(-1)).toBe(1);
      expect(fractions.every((f, i) => i === 0 || f >= fractions[i - 1])).toBe(true);
    }
  });

  it('measures itself', async () => {
    const metrics = await viewer.metrics();
    expect(metrics).toMatchObject({ state: 'complete', failed: [], retries: 0 });
    expect(metrics.timeToCompleteMs).toBeGreaterThan(metrics.timeToInteractiveMs ?? Number.POSITIVE_INFINITY);
    expect(metrics.bytes).toBeGreaterThan(1000);
    expect(metrics.requests).toBeGreaterThan(5);
    expect(metrics.drawCalls).toBeGreaterThan(3);
    expect(metrics.triangles).toBeGreaterThan(100);
    expect(metrics.frameMs.median).toBeGreaterThan(0);
    expect(metrics).toMatchObject({ inversions: 0, wastedBytes: 0, quality: 1 });
    expect(metrics.unseenMs).toBeGreaterThan(50);
    expect(metrics.unseenMs).toBeLessThan(metrics.timeToCompleteMs ?? 0);
    expect(metrics.longestTaskMs).toBeGreaterThanOrEqual(0);
    expect(metrics.bandwidth.used).toBeGreaterThan(10_000);
  });

  it('tells what came of each class, in metrics and as User Timing measures', async () => {
    const { classes, bytes } = await viewer.metrics();
    expect(classes.map(({ name, failed }) => [name, failed])).toEqual([
      ['documents', 0],
      ['critical-visible', 0],
      ['critical', 0],
      ['high', 0],
    ]);
    expect(classes[0].count).toBe(1);
    expect(classes[3].count).toBe(5);
    expect(classes.reduce((sum, c) => sum + c.bytes, 0)).toBe(bytes);
    const measures = await viewer.page.evaluate(() =>
      performance
        .getEntriesByType('measure')
        .map(m => ({ name: m.name, ms: m.duration, detail: (m as PerformanceMeasure).detail })),
    );
    const came = classes.filter(c => c.count > 0);
    expect(measures.map(m => m.name).sort()).toEqual(came.map(c => `foyer:${c.name}`).sort());
    for (const { name, startMs, endMs, ...detail } of came) {
      const measure = measures.find(m => m.name === `foyer:${name}`);
      expect(measure?.detail).toEqual(detail);
      expect(measure?.ms).toBeCloseTo((endMs ?? 0) - (startMs ?? 0), 3);
    }
  });

  it('is drawn with WebGL 1', async () => {
    const version = await viewer.ask(v => v.shadowRoot?.querySelector('canvas')?.getContext('webgl')?.getParameter(7938));
    expect(version).toContain('WebGL 1.0');
  });

  it('the picture of a moment is always the same; another moment shows the avatars moved', async () => {
    const first = await viewer.picture(1);
    const later = await viewer.picture(1.6);
    const again = await viewer.picture(1);
    expect(difference(first, again)).toBe(0);
    expect(difference(first, later)).toBeGreaterThan(0.001);
  });

  it('turns when it is dragged', async () => {
    const before = await viewer.picture(1);
    await viewer.ask(v => v.play());
    const { page } = viewer;
    await page.mouse.move(300, 200);
    await page.mouse.down();
    await page.mouse.move(420, 230, { steps: 5 });
    await page.mouse.up();
    expect(difference(before, await viewer.picture(1))).toBeGreaterThan(0.05);
  });

  it('comes nearer with the wheel, and does not scroll the page', async () => {
    const distance = () => viewer.ask(v => Math.hypot(...v.view.position.map((p, i) => p - v.view.target[i])));
    const before = await distance();
    await viewer.page.mouse.move(300, 200);
    await viewer.page.mouse.wheel(0, -400);
    await expect.poll(distance).toBeLessThan(before * 0.8);
    expect(await viewer.page.evaluate(() => window.scrollY)).toBe(0);
  });

  it('goes by keyboard: Tab to it, W ahead, arrows turn, Home back', async () => {
    const { page } = viewer;
    const position = () => viewer.ask(v => [...v.view.position]);
    const away = (a: number[], b: number[]) => Math.hypot(...a.map((x, i) => x - b[i]));
    const home = [0, 1.7, 5.5];
    await page.keyboard.press('Home');
    await expect.poll(async () => away(await position(), home), { timeout: 10_000 }).toBeLessThan(0.05);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    // Tab goes on from where the focus was, past the buttons and round the window.
    const focused = () => viewer.ask(v => v.shadowRoot?.activeElement?.className ?? '');
    for (let i = 0; i < 8 && !(await focused()).startsWith('stage'); i++) await page.keyboard.press('Tab');
    expect(await focused()).toContain('stage');
    await page.keyboard.down('w');
    await expect.poll(async () => away(await position(), home)).toBeGreaterThan(0.3);
    await page.keyboard.up('w');
    // It glides to a stop.
    let walked = await position();
    await expect.poll(async () => away(walked, (walked = await position()))).toBeLessThan(0.001);
    const aim = await viewer.ask(v => [...v.view.target]);
    await page.keyboard.down('ArrowLeft');
    // On the spot: one looks elsewhere, and stands where one stood.
    await expect.poll(async () => away(await viewer.ask(v => [...v.view.target]), aim)).toBeGreaterThan(0.2);
    await page.keyboard.up('ArrowLeft');
    expect(away(await position(), walked)).toBeLessThan(0.15);
    await page.keyboard.press('Home');
    await expect.poll(async () => away(await position(), home), { timeout: 10_000 }).toBeLessThan(0.05);
  });

  it('looks at somebody who is clicked, and says the name', async () => {
    const { page } = viewer;
    // At that moment Joan has walked past her.
    await viewer.picture(3, { position: [0, 1.7, 5.5], target: [0, 0.9, 0] });
    const spot = await viewer.ask(v => {
      const ada = v.session?.avatars.find(a => a.info.name === 'Ada');
      const center = ada?.sphere.center.clone().project(v.camera as never);
      return center ? [((center.x + 1) / 2) * v.clientWidth, ((1 - center.y) / 2) * v.clientHeight] : [];
    });
    await page.mouse.click(spot[0], spot[1]);
    const caption = () => viewer.ask(v => v.shadowRoot?.querySelector('.caption')?.textContent);
    await expect.poll(caption).toContain('Ada');
    expect(await viewer.ask(v => v.view.target[0])).toBeLessThan(-0.6);
  });

  it('fills its place when that changes its size, at the pixels of the display', async () => {
    const size = () => viewer.ask(v => [v.shadowRoot?.querySelector('canvas')?.width, v.camera?.aspect]);
    await viewer.page.setViewportSize({ width: 900, height: 300 });
    await expect.poll(size).toEqual([900, 3]);
    await viewer.page.setViewportSize({ width: 640, height: 400 });
    await expect.poll(size).toEqual([640, 1.6]);
  });

  it('comes back after the context was lost, without asking the network for anything', async () => {
    const before = await viewer.picture(2, { position: [0, 1.7, 5.5], target: [0, 0.9, 0] });
    await written(viewer);
    const requests: string[] = [];
    const onRequest = (request: Request) => requests.push(request.url());
    viewer.page.on('request', onRequest);
    const asked = server.asked.length;
    await viewer.ask(async v => {
      const canvas = v.shadowRoot?.querySelector('canvas');
      const lose = canvas?.getContext('webgl')?.getExtension('WEBGL_lose_context');
      const happens = (type: string) => new Promise(resolve => canvas?.addEventListener(type, resolve, { once: true }));
      const lost = happens('webglcontextlost');
      lose?.loseContext();
      v.play();
      await lost;
      const restored = happens('webglcontextrestored');
      // Browsers restore no context within the event that says that it is lost.
      setTimeout(() => lose?.restoreContext());
      await restored;
    });
    await expect
      .poll(async () => difference(before, await play(viewer, 2)), { timeout: 20_000, interval: 300 })
      .toBeLessThan(0.002);
    viewer.page.off('request', onRequest);
    // Neither over the network nor from the browser's own HTTP cache, which may have dropped it.
    expect(requests).toEqual([]);
    expect(server.asked.slice(asked)).toEqual([]);
    expect(viewer.problems.filter(p => !p.includes('CONTEXT_LOST'))).toEqual([]);
  });
});

/** Waits until all resources that came are on the disk: they are written when there is nothing better to do. */
async function written({ page }: ViewerPage): Promise<void> {
  const lacking = () =>
    page.evaluate(async () => {
      const came = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/resources/'));
      const kept = await (await caches.open('foyer-resources-v1')).keys();
      return new Set(came.map(({ name }) => name)).size - kept.length;
    });
  await expect.poll(lacking, { timeout: 10_000 }).toBeLessThanOrEqual(0);
}

/** The picture of a moment, with frames going on before and after. */
async function play(viewer: ViewerPage, seconds: number): Promise<Buffer> {
  const picture = await viewer.picture(seconds, { position: [0, 1.7, 5.5], target: [0, 0.9, 0] });
  await viewer.ask(v => v.play());
  return picture;
}

describe('what goes wrong', () => {
  it('a wrong address shows a message, and the button tries again', async () => {
    // The route stands before the page opens: one added later can miss the next request.
    let mended = false;
    const viewer = await ViewerPage.open(browser, at('/rooms-test/nowhere/room.json'), {
      before: page =>
        page.route('**/nowhere/**', route => {
          const url = route.request().url();
          return route.continue(mended ? { url: url.replace('nowhere', 'small') } : {});
        }),
    });
    await viewer.reach('error');
    expect(await viewer.text()).toContain('There is no room at this address');
    expect(await viewer.text()).toContain('/rooms-test/nowhere/room.json');
    expect((await viewer.events()).filter(e => e.type === 'error')).toHaveLength(1);
    mended = true;
    await viewer.page.getByRole('button', { name: 'Try again' }).click();
    await viewer.reach('complete');
    expect(await viewer.text()).not.toContain('There is no room');
    await viewer.close();
  });

  it.each([
    ['no JSON', '<html>hello</html>', 'not a room'],
    ['a failure', '{"id":"x","status":"failure","error":"closed","message":"We open at nine."}', 'We open at nine.'],
  ])('what is %s shows a message', async (_, body, message) => {
    const viewer = await ViewerPage.open(browser, at('/rooms-test/odd/room.json'), {
      before: page => page.route('**/odd/room.json', route => route.fulfill({ body, contentType: 'application/json' })),
    });
    await viewer.reach('error');
    expect(await viewer.text()).toContain(message);
    await viewer.close();
  });

  it('one corrupt mesh, one missing texture, one truncated animation: the rest is there, resource-error three times', async () => {
    const viewer = await ViewerPage.open(browser, at('/rooms-test/broken/room.json'));
    await viewer.reach('complete');
    const failed = (await viewer.events()).filter(e => e.type === 'resource-error');
    expect(failed).toHaveLength(3);
    expect(failed.every(f => f.message && f.url?.includes('/rooms-test/broken/resources/'))).toBe(true);
    const metrics = await viewer.metrics();
    expect(metrics.failed).toHaveLength(3);
    expect(metrics.drawCalls).toBeGreaterThan(3);
    await viewer.close();
  });

  it('a context that is taken away for good gets a message, and another when asked for; on a page from right to left', async () => {
    const viewer = await ViewerPage.open(browser, at(small));
    await viewer.reach('complete');
    const view = { position: [1.5, 1.2, 3], target: [0.2, 1, 0] } as const;
    const before = await viewer.picture(1, view);
    await viewer.ask(v => {
      document.documentElement.dir = 'rtl';
      v.shadowRoot?.querySelector('canvas')?.getContext('webgl')?.getExtension('WEBGL_lose_context')?.loseContext();
      v.play();
    });
    await viewer.reach('error');
    expect(await viewer.text()).toContain('The picture was taken away');
    const direction = await viewer.ask(v => getComputedStyle(v.shadowRoot!.querySelector('.status')!).direction);
    expect(direction).toBe('ltr');
    await viewer.page.getByRole('button', { name: 'Try again' }).click();
    await viewer.reach('complete');
    // From where one stood, not from the door.
    expect(await viewer.ask(v => [...v.view.position, ...v.view.target].map(n => Math.round(n * 100) / 100))).toEqual([
      ...view.position,
      ...view.target,
    ]);
    expect(difference(before, await viewer.picture(1))).toBeLessThan(0.002);
    expect(await viewer.ask(v => v.shadowRoot?.querySelectorAll('canvas').length)).toBe(1);
    await viewer.close();
  });

  it('a blank src is told, an empty one leaves the room, and a view that was asked for too early is where one comes in', async () => {
    const viewer = await ViewerPage.open(browser, at(small));
    await viewer.reach('complete');
    await viewer.ask(v => v.setAttribute('src', ' '));
    await viewer.reach('error');
    expect(await viewer.text()).toContain('its src is blank');
    expect((await viewer.events()).at(-1)).toMatchObject({ type: 'error', message: expect.stringContaining('at src, got " "') });
    await viewer.ask(v => v.setAttribute('src', ''));
    await viewer.reach('empty');
    // What React 19 and Vue set where they have no URL.
    await viewer.ask(v => Object.assign(v, { src: undefined }));
    expect(await viewer.ask(v => [v.state, v.getAttribute('src')])).toEqual(['empty', null]);
    await viewer.ask(v => {
      v.setAttribute('src', '/rooms-test/small/room.json');
      v.lookFrom({ position: [1, 1.5, 2], target: [0, 1, 0] });
    });
    await viewer.reach('complete');
    expect(await viewer.ask(v => v.view.position.map(n => Math.round(n * 100) / 100))).toEqual([1, 1.5, 2]);
    const refused = await viewer.ask(v => {
      try {
        v.lookFrom({ position: [0, Number.NaN, 0], target: [0, 1, 0] });
      } catch (error) {
        return String(error);
      }
      return 'nothing';
    });
    expect(refused).toMatch(/^RangeError: a view has .* got /);
    await viewer.close();
  });

  it('a browser that refuses WebGL gets a message', async () => {
    const refusing = await launchChromium(['--disable-3d-apis']);
    const viewer = await ViewerPage.open(refusing, at(small));
    await viewer.reach('error');
    expect(await viewer.text()).toContain('shows no 3D');
    await refusing.close();
  });
});

describe('the page', () => {
  it('opens the default room, all of it', async () => {
    const viewer = await ViewerPage.open(browser, `${server.url}?quality=high`, { viewport: { width: 320, height: 200 } });
    await viewer.reach('complete', 110_000);
    const metrics = await viewer.metrics();
    expect(metrics.failed).toEqual([]);
    expect(viewer.problems).toEqual([]);
    expect(await viewer.ask(v => v.session?.furniture.length)).toBeGreaterThanOrEqual(60);
    console.log(
      `the default room: interactive after ${metrics.timeToInteractiveMs} ms, complete after ${metrics.timeToCompleteMs} ms, ${metrics.bytes} bytes`,
    );
    await viewer.close();
  });

  it('fits a window of 360 x 640, and works by touch', async () => {
    const viewer = await ViewerPage.open(browser, at(small), {
      viewport: { width: 360, height: 640 },
      deviceScaleFactor: 3,
      hasTouch: true,
      isMobile: true,
    });
    await viewer.reach('complete');
    expect(await viewer.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const inside = await viewer.ask(v => {
      const caption = v.shadowRoot?.querySelector('.caption')?.getBoundingClientRect();
      return caption && caption.left >= 0 && caption.right <= 360 && caption.bottom <= 640;
    });
    expect(inside).toBe(true);
    // Two pixels a CSS pixel are the most that is drawn.
    expect(await viewer.ask(v => v.shadowRoot?.querySelector('canvas')?.width)).toBe(720);
    expect((await viewer.metrics()).drawCalls).toBeGreaterThan(0);
    await viewer.page.touchscreen.tap(180, 320);
    expect(viewer.problems).toEqual([]);
    await viewer.close();
  });

  // This limit is not to be raised (it was, to 142, for live rooms, morphs, impostors and retargeting): what a first picture does not need is
  // loaded later.
  it('loads at most 130 KB of code before the room is interactive', async () => {
    const responses: Response[] = [];
    const viewer = await ViewerPage.open(browser, at(small), {
      before: async page => {
        page.on('response', response => responses.push(response));
      },
    });
    await viewer.reach('complete');
    const interactive = await viewer.page.evaluate(() => performance.getEntriesByName('foyer:interactive')[0].startTime);
    const code = responses.filter(r => /\.(js|html|css|wasm)$|\/\?quality=/.test(r.url()) && r.request().timing().startTime > 0);
    const origin = await viewer.page.evaluate(() => performance.timeOrigin);
    // The worker's script is requested with the page, and comes from the HTTP cache when the worker starts.
    const before = [
      ...new Map(
        code.filter(r => r.request().timing().startTime - origin < interactive).map(r => [r.url(), r] as const),
      ).values(),
    ];
    const sizes = await Promise.all(before.map(async r => gzipSync(await r.body()).length));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const names = before.map((r, k) => `${new URL(r.url()).pathname.split('/').pop()} ${sizes[k]}`);
    expect(before.length).toBeGreaterThan(1);
    // A script of its own requests the document, and the queue takes that answer.
    expect(names.join()).toContain('early-');
    expect(responses.filter(r => r.url().endsWith('/room.json'))).toHaveLength(1);
    expect(total).toBeGreaterThan(20_000);
    expect(total, names.join(', ')).toBeLessThanOrEqual(130 * 1024);
    console.log(`code before interactive: ${(total / 1024).toFixed(1)} KB gzip in ${before.length} files`);
    await viewer.close();
  });

  it('a second visit comes from the disk: high textures at once, no low ones', async () => {
    const viewer = await ViewerPage.open(browser, at(small));
    await viewer.reach('complete');
    const first = await viewer.metrics();
    const asked: string[] = [];
    viewer.page.on('request', request => asked.push(request.url()));
    // The cache is written when the downloads rest for a second.
    await expect
      .poll(
        async () => {
          asked.length = 0;
          await viewer.page.reload();
          await viewer.reach('complete');
          return asked.filter(url => url.includes('/resources/'));
        },
        { interval: 3000, timeout: 60_000 },
      )
      .toEqual([]);
    const second = await viewer.metrics();
    expect(second.cacheHits).toBeGreaterThan(5);
    expect(second.cacheHits).toBeLessThan(first.requests - 1);
    expect(second.bytes).toBeLessThan(first.bytes / 2);
    await viewer.close();
  });

  it('frees every GPU object of a room that is left, and all of them at the end', async () => {
    const viewer = await ViewerPage.open(browser, at(small));
    await viewer.reach('complete');
    const counts: unknown[] = [];
    for (let round = 0; round < 4; round++) {
      for (const room of ['/rooms-test/broken/room.json', small]) {
        await viewer.page.evaluate(src => document.querySelector('room-viewer')?.setAttribute('src', src), room);
        await viewer.reach('complete');
      }
      await play(viewer, 1);
      counts.push(await viewer.gpuCounts());
    }
    expect(counts.slice(1)).toEqual(counts.slice(0, -1));
    // A program is compiled once for all rooms, when something is first drawn with it: which round that is in, time tells (seen: 7 to 9).
    expect(counts[0]).toMatchObject({ Program: 0 });
    expect(await viewer.ask(v => v.session?.resourceCount)).toBeGreaterThan(5);
    await viewer.ask(v => v.dispose());
    expect(await viewer.gpuObjects()).toBe(0);
    expect(viewer.problems.filter(p => !p.includes('404'))).toEqual([]);
    await viewer.close();
  });

  it('an element that is taken out of the page frees everything, and opens again when it is put back', async () => {
    const viewer = await ViewerPage.open(browser, at(small));
    await viewer.reach('complete');
    await viewer.page.evaluate(() => {
      const element = document.querySelector('room-viewer');
      element?.remove();
      Object.assign(window, { taken: element });
    });
    await expect.poll(() => viewer.gpuObjects()).toBe(0);
    await viewer.page.evaluate(() => document.body.append((window as unknown as { taken: Element }).taken));
    await viewer.reach('complete');
    expect(viewer.problems).toEqual([]);
    await viewer.close();
  });
});
