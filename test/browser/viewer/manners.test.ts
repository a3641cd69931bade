import { expect, it } from 'vitest';
import type { RoomViewer } from '../../../src/viewer/element/room-viewer.ts';
import { findWrong } from '../axe.ts';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

const room = '/rooms-test/small/room.json';

/** A page that scrolls, with a viewer of 300 pixels in the middle of it. */
async function articlePage(attributes = ''): Promise<ViewerPage> {
  const viewer = await ViewerPage.open(browser, `${server.url}?room=/rooms-test/none`, { hasTouch: true });
  await viewer.page.evaluate(
    ([url, more]) => {
      document.body.innerHTML = `<p style="height: 300px"></p>
        <room-viewer src="${url}" camera-controls ${more} style="position: relative; inset: auto; height: 300px"></room-viewer>
        <p style="height: 2000px"></p>`;
      document.documentElement.style.height = document.body.style.height = 'auto';
    },
    [room, attributes],
  );
  await viewer.page.evaluate(() => scrollTo(0, 250));
  await viewer.reach('complete');
  return viewer;
}

const scrolled = (viewer: ViewerPage) => viewer.page.evaluate(() => Math.round(scrollY));
const distance = (viewer: ViewerPage) =>
  viewer.ask(v => {
    const { position, target } = v.view;
    return Math.hypot(position[0] - target[0], position[1] - target[1], position[2] - target[2]);
  });
const ring = (viewer: ViewerPage) =>
  viewer.ask(v => getComputedStyle(v.shadowRoot!.querySelector('.ring')!).boxShadow !== 'none');

it('lets the page scroll past it: by wheel until it is clicked, by finger up and down; ctrl zooms it', async () => {
  const viewer = await articlePage();
  const { page } = viewer;
  await page.mouse.move(320, 200);
  const before = await distance(viewer);
  await page.mouse.wheel(0, 100);
  await expect.poll(() => scrolled(viewer)).toBe(350);
  expect(await distance(viewer)).toBeCloseTo(before);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -50);
  await page.keyboard.up('Control');
  await expect.poll(() => distance(viewer)).toBeLessThan(before - 0.1);
  expect(await scrolled(viewer)).toBe(350);
  expect(await viewer.ask(v => getComputedStyle(v.shadowRoot!.querySelector('.stage')!).touchAction)).toBe('pan-y');
  await page.mouse.click(300, 60);
  const clicked = await distance(viewer);
  await page.mouse.wheel(0, -100);
  await expect.poll(() => distance(viewer)).toBeLessThan(clicked - 0.1);
  expect(await scrolled(viewer)).toBe(350);
  await viewer.ask(v => v.setAttribute('touch-action', 'none'));
  expect(await viewer.ask(v => getComputedStyle(v.shadowRoot!.querySelector('.stage')!).touchAction)).toBe('none');
  await viewer.close();
});

it('shows the focus to who comes by keyboard, not to who drags', async () => {
  const viewer = await articlePage();
  const { page } = viewer;
  await page.mouse.move(320, 200);
  await page.mouse.down();
  await page.mouse.move(380, 210, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.press('KeyW');
  expect([await viewer.ask(v => v.shadowRoot?.activeElement?.className), await ring(viewer)]).toEqual(['stage pointed', false]);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  // Buttons may stand before the stage in the order of Tab.
  const onStage = () => viewer.ask(v => v.shadowRoot?.activeElement?.classList.contains('stage') === true);
  for (let presses = 0; presses < 8 && !(await onStage()); presses++) await page.keyboard.press('Tab');
  expect([await onStage(), await ring(viewer)]).toEqual([true, true]);
  await viewer.close();
});

it('stands still when asked: by the button, by key, by the page, and from the beginning where the visitor wants less motion', async () => {
  const viewer = await ViewerPage.open(browser, `${server.url}?room=${room}`, { reducedMotion: 'reduce' });
  await viewer.reach('complete');
  const { page } = viewer;
  const moves = () =>
    viewer.ask(async v => {
      const picture = async () => {
        const blob = await v.toBlob({ width: 160, height: 100 });
        return new Uint8Array(await blob.arrayBuffer()).join();
      };
      const before = await picture();
      await new Promise(resolve => setTimeout(resolve, 400));
      return (await picture()) !== before;
    });
  const button = page.getByRole('button', { name: /Pause the room|Let the room move/ });
  await page.waitForTimeout(200);
  expect([await viewer.ask(v => v.paused), await moves()]).toEqual([true, false]);
  await button.click();
  expect([await viewer.ask(v => v.paused), await moves()]).toEqual([false, true]);
  await page.keyboard.press('Tab');
  await viewer.ask(v => v.shadowRoot?.querySelector<HTMLElement>('.stage')?.focus());
  await page.keyboard.press('p');
  expect([await viewer.ask(v => v.paused), await button.getAttribute('aria-label')]).toEqual([true, 'Let the room move']);
  await viewer.ask(v => v.play());
  expect(await viewer.ask(v => v.hasAttribute('paused') || v.paused)).toBe(false);
  await viewer.close();
});

it('gives pictures as files, keeps its field of view, stays within its distances, and turns by itself when told', async () => {
  const viewer = await articlePage('fov="30" min-distance="2" max-distance="3" auto-rotate="90"');
  const { page } = viewer;
  const picture = await viewer.ask(async v => {
    const blob = await v.toBlob({ type: 'image/png', width: 200, height: 100 });
    const bitmap = await createImageBitmap(blob);
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, 100, 100);
    return {
      type: blob.type,
      width: bitmap.width,
      colours: new Set(data).size,
      alone: await createImageBitmap(await v.toBlob({ height: 100 })).then(({ width, height }) => [width, height]),
      canvas: v.shadowRoot!.querySelector('canvas')!.height,
      canvasWidth: v.shadowRoot!.querySelector('canvas')!.width,
    };
  });
  expect(picture).toMatchObject({
    type: 'image/png',
    width: 200,
    canvas: 300,
    alone: [Math.round(picture.canvasWidth / 3), 100],
  });
  expect(picture.colours).toBeGreaterThan(8);
  const fov = () => viewer.ask(v => Math.round(v.camera!.fov));
  expect(await fov()).toBe(30);
  await page.setViewportSize({ width: 700, height: 420 });
  await expect.poll(() => viewer.ask(v => v.shadowRoot!.querySelector('canvas')!.width)).toBeGreaterThan(660);
  expect(await fov()).toBe(30);
  await viewer.ask(v => v.lookFrom({ position: [0, 1.5, 30], target: [0, 1, 0] }, { jump: true }));
  expect(await distance(viewer)).toBeLessThanOrEqual(3.01);
  const yaw = () => viewer.ask(v => Math.atan2(v.view.position[0] - v.view.target[0], v.view.position[2] - v.view.target[2]));
  const before = await yaw();
  await expect.poll(yaw, { timeout: 8000 }).not.toBeCloseTo(before, 1);
  await expect(viewer.ask(v => v.toBlob({ width: 0, height: 3 }))).rejects.toThrow('1 to 8192');
  await viewer.close();
});

it('twenty of one room in a list: the bytes of one, four contexts at most, and each shows its room when it is on screen', async () => {
  const viewer = await ViewerPage.open(browser, `${server.url}?room=/rooms-test/none`);
  const { page } = viewer;
  const before = server.asked.length;
  await page.evaluate(url => {
    document.documentElement.style.height = document.body.style.height = 'auto';
    document.head.append(
      Object.assign(document.createElement('style'), {
        textContent: 'room-viewer::part(caption), room-viewer::part(bar) { display: none }',
      }),
    );
    const viewers = Array.from(
      { length: 20 },
      () => `<room-viewer src="${url}" style="position: relative; inset: auto; height: 180px"></room-viewer>`,
    );
    document.body.innerHTML = `<main><h1 style="position: absolute; clip-path: inset(50%)">Rooms</h1>${viewers.join('')}</main>`;
  }, room);
  const states = () => page.evaluate(() => [...document.querySelectorAll<RoomViewer>('room-viewer')].map(v => v.state));
  const live = () =>
    page.evaluate(
      () => [...document.querySelectorAll<RoomViewer>('room-viewer')].filter(v => v.shadowRoot?.querySelector('canvas')).length,
    );
  const inWindow = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<RoomViewer>('room-viewer')].flatMap(v => {
        const { top, bottom } = v.getBoundingClientRect();
        return bottom > 1 && top < innerHeight - 1 ? [v.state] : [];
      }),
    );
  await expect.poll(inWindow, { timeout: 60_000 }).toEqual(['complete', 'complete', 'complete']);
  expect((await states()).filter(state => state === 'empty').length).toBeGreaterThanOrEqual(16);
  const picture = () => page.locator('room-viewer').first().screenshot();
  await page.evaluate(() => document.querySelector<RoomViewer>('room-viewer')?.renderAt(3));
  const first = await picture();
  const view = await viewer.ask(v => v.view);
  for (let top = 600; top <= 3200; top += 650) {
    await page.evaluate(y => scrollTo(0, y), top);
    await expect.poll(async () => new Set(await inWindow()), { timeout: 60_000 }).toEqual(new Set(['complete']));
    await expect.poll(live, { timeout: 10_000 }).toBeLessThanOrEqual(4);
  }
  const asked = server.asked.slice(before).filter(path => path.includes('/resources/'));
  expect(asked.length).toBe(new Set(asked).size);
  // Back at the top: a picture at once, then the room from the disk, seen from where it was.
  expect((await states())[0]).toBe('resting');
  // Nothing is drawn while axe looks: on a machine without a GPU it would wait for that.
  await page.evaluate(() => {
    for (const each of document.querySelectorAll<RoomViewer>('room-viewer')) if (each.state === 'complete') each.renderAt(0);
  });
  expect(await findWrong(page)).toEqual([]);
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(60);
  const { difference } = await import('../pictures.ts');
  const again = await picture();
  expect(difference(first, again)).toBeLessThan(0.02);
  await expect.poll(async () => (await states())[0], { timeout: 60_000 }).toBe('complete');
  expect(await viewer.ask(v => v.view)).toEqual(view);
  expect(server.asked.slice(before).filter(path => path.includes('/resources/')).length).toBe(asked.length);
  await viewer.close();
});

it('waits for the visitor where the page says so, and for the window', async () => {
  const viewer = await ViewerPage.open(browser, `${server.url}?room=/rooms-test/none`);
  const { page } = viewer;
  await page.evaluate(url => {
    document.documentElement.style.height = document.body.style.height = 'auto';
    document.body.innerHTML = `<room-viewer src="${url}" reveal="interaction" style="position: relative; inset: auto; height: 200px"></room-viewer>
      <p style="height: 3000px"></p><room-viewer src="${url}" loading="lazy" style="position: relative; inset: auto; height: 200px"></room-viewer>`;
  }, room);
  await page.waitForTimeout(300);
  const states = () => page.evaluate(() => [...document.querySelectorAll<RoomViewer>('room-viewer')].map(v => v.state));
  expect(await states()).toEqual(['empty', 'empty']);
  await page.getByRole('button', { name: 'Open the room' }).click();
  await viewer.reach('complete');
  expect(await states()).toEqual(['complete', 'empty']);
  await page.evaluate(() => scrollTo(0, 4000));
  await expect.poll(states, { timeout: 60_000 }).toEqual(['complete', 'complete']);
  await viewer.close();
});

it('lets the room be heard when somebody asks for it, and asks the network for nothing before', async () => {
  const asked: string[] = [];
  const viewer = await ViewerPage.open(browser, `${server.url}?room=/rooms-test/none`, {
    before: async page => {
      await page.route('**/small/room.json*', async route => {
        const response = await route.fetch();
        const document = await response.json();
        const own = document.denormalized[document.id];
        own.relations = { ...own.relations, sound: 'sea.wav' };
        await route.fulfill({ response, json: document });
      });
      await page.route('**/sea.wav', route => {
        asked.push(route.request().url());
        return asked.length === 1
          ? route.fulfill({ body: quietSound(), contentType: 'audio/wav' })
          : route.fulfill({ status: 404 });
      });
    },
  });
  const { page } = viewer;
  const failed = () => page.evaluate('failed') as Promise<string[]>;
  const open = (query: string, sound: boolean) =>
    page.evaluate(
      ([src, wanted]) => {
        const list: string[] = [];
        Object.assign(window, { failed: list });
        const opened = document.querySelector('room-viewer') as RoomViewer;
        opened.addEventListener('resource-error', event => list.push(event.detail.url));
        opened.sound = wanted === 'sound';
        opened.src = src;
      },
      [room + query, sound ? 'sound' : ''],
    );
  await open('', false);
  await viewer.reach('complete');
  const button = page.locator('room-viewer').getByRole('button', { name: 'Sound' });
  await button.waitFor({ state: 'attached' });
  expect([await button.getAttribute('aria-pressed'), await viewer.ask(v => v.sound), asked.length]).toEqual(['false', false, 0]);
  await button.click();
  await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true');
  expect(await viewer.ask(v => v.sound)).toBe(true);
  await expect.poll(() => asked.length).toBe(1);
  await button.click();
  await expect.poll(() => button.getAttribute('aria-pressed')).toBe('false');
  expect(await viewer.ask(v => v.sound)).toBe(false);
  expect(await failed()).toEqual([]);
  // What cannot be played is told, and its button goes.
  await open('?again', true);
  await expect.poll(failed, { timeout: 60_000 }).toEqual([asked[0]]);
  expect(await button.count()).toBe(0);
  await viewer.close();
});

/** A tenth of a second of silence: WAV, 8 bits, 8 kHz. */
function quietSound(): Buffer {
  const samples = Buffer.alloc(800, 128);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 1],
    [34, 8],
  ])
    header.writeUInt16LE(value, at);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

it('keeps its looks in another document: an iframe, a window of its own', async () => {
  const viewer = await ViewerPage.open(browser, `${server.url}?room=/rooms-test/small/room.json`);
  await viewer.reach('complete');
  await viewer.ask(v => v.setAttribute('controls', ''));
  await viewer.page.waitForFunction(() => document.querySelector('room-viewer')?.shadowRoot?.querySelector('.hud'));
  const looks = await viewer.page.evaluate(async () => {
    const element = document.querySelector('room-viewer')!;
    const look = () => {
      const [veil, hud, pause] = ['.veil', '.hud', '[part~=pause]'].map(part => element.shadowRoot?.querySelector(part));
      return [veil, hud, pause].map(part => part && getComputedStyle(part).position);
    };
    const here = look();
    const frame = document.body.appendChild(document.createElement('iframe'));
    frame.contentDocument?.body.append(element);
    const there = look();
    document.body.append(element);
    return { here, there, back: look() };
  });
  expect(looks.here).toContain('absolute');
  expect(looks.there).toEqual(looks.here);
  expect(looks.back).toEqual(looks.here);
  await viewer.reach('complete');
  expect(viewer.problems).toEqual([]);
  await viewer.close();
});
