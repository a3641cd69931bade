import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PickDetail } from '../../../src/viewer/element/viewer-events.ts';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

let viewer: ViewerPage;
beforeAll(async () => {
  viewer = await ViewerPage.open(browser, `${server.url}?quality=high&room=/rooms-test/small/room.json`);
  await viewer.reach('complete');
});
afterAll(() => viewer?.close());

/** Looks at the first avatar's face from 3 m. @returns the name. */
const faceSomebody = () =>
  viewer.ask(v => {
    const [avatar] = v.session!.avatars;
    const { x, y, z } = avatar.sphere.center;
    v.lookFrom({ position: [x, y + 0.3, z + 3], target: [x, y, z] }, { jump: true });
    v.renderAt(0);
    return avatar.info.name;
  });

it('an element of the page stands above the head it is anchored to, is hidden behind the camera, and takes clicks', async () => {
  const name = await faceSomebody();
  await viewer.page.evaluate(who => {
    const element = document.querySelector('room-viewer')!;
    element.insertAdjacentHTML(
      'beforeend',
      `<button slot="annotation-1" data-anchor="${who}">Hello</button><button slot="annotation-2" data-position="0 1 900">Far</button>`,
    );
    element.addEventListener('click', ({ target }) => {
      document.title = (target as HTMLElement).textContent ?? '';
    });
    element.play();
  }, name);
  await expect
    .poll(() =>
      viewer.page.evaluate(() => [...document.querySelectorAll('room-viewer > *')].map(e => e.hasAttribute('data-visible'))),
    )
    .toEqual([true, false]);
  const [box, anchor, ghost] = await viewer.page.evaluate(who => {
    const element = document.querySelector('room-viewer')!;
    const { left, right, bottom } = document.querySelector('[slot=annotation-1]')!.getBoundingClientRect();
    const hidden = getComputedStyle(document.querySelector('[slot=annotation-2]')!).visibility;
    return [{ x: (left + right) / 2, y: bottom }, element.anchorOf(who), hidden] as const;
  }, name);
  expect(anchor).toMatchObject({ visible: true });
  expect([box.x - anchor!.x, box.y - anchor!.y].every(away => Math.abs(away) < 3)).toBe(true);
  expect(ghost).toBe('hidden');
  // She sways: a moving button is no button to Playwright.
  await viewer.ask(v => v.renderAt(0));
  await viewer.page.click('[slot=annotation-1]');
  expect(await viewer.page.title()).toBe('Hello');
  await viewer.page.evaluate(() => document.querySelector('[slot=annotation-1]')!.remove());
  expect(await viewer.ask(v => v.shadowRoot!.querySelectorAll('.annotation').length)).toBe(1);
});

it('tells what was clicked, and the page can keep the camera where it is', async () => {
  const name = await faceSomebody();
  await viewer.page.evaluate(() => {
    const picked: PickDetail[] = [];
    Object.assign(window, { picked });
    document.querySelector('room-viewer')!.addEventListener('pick', event => {
      event.preventDefault();
      picked.push(event.detail);
    });
  });
  const before = await viewer.ask(v => v.view.target);
  await viewer.page.mouse.click(320, 200);
  const read = () => viewer.page.evaluate(() => (window as unknown as { picked: PickDetail[] }).picked.map(p => ({ ...p })));
  await expect.poll(async () => (await read()).length).toBe(1);
  const [pick] = await read();
  expect(pick).toMatchObject({ kind: 'avatar', name, url: expect.stringContaining('/small/room.json#') });
  expect(Math.hypot(...pick.normal)).toBeCloseTo(1);
  expect(pick.normal[2]).toBeGreaterThan(0);
  expect(await viewer.ask(v => v.view.target)).toEqual(before);
  await viewer.ask(v => v.removeAttribute('camera-controls'));
  await viewer.page.mouse.click(320, 200);
  await expect.poll(async () => (await read()).length).toBe(2);
});

it('says where a point is in the picture, and nothing of who is not there', async () => {
  await faceSomebody();
  const [middle, behind, nobody] = await viewer.ask(v => {
    const { position, target } = v.view;
    const away = position.map((p, i) => 2 * p - target[i]) as [number, number, number];
    return [v.anchorOf(target), v.anchorOf(away), v.anchorOf('Nobody')];
  });
  expect(middle).toMatchObject({ x: expect.closeTo(320, 0), y: expect.closeTo(200, 0) });
  expect(behind).toMatchObject({ visible: false });
  expect(nobody).toBeUndefined();
});
