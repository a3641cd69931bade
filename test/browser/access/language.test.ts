import { expect, it } from 'vitest';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

it('speaks the language of the page, from right to left where that is written so, and follows when it changes', async () => {
  const viewer = await ViewerPage.open(browser, `${server.url}?room=/rooms-test/broken/room.json`, {
    before: page =>
      page.addInitScript(() =>
        new MutationObserver((_, observer) => {
          if (!document.documentElement) return;
          document.documentElement.lang = 'de-AT';
          observer.disconnect();
        }).observe(document, { childList: true }),
      ),
  });
  const said = () =>
    viewer.ask(v => {
      const text = (selector: string) => v.shadowRoot?.querySelector(selector)?.textContent ?? '';
      const root = v.shadowRoot?.querySelector<HTMLElement>('.root');
      const bar = v.shadowRoot?.querySelector('.bar');
      return [root?.lang, root?.dir, text('.notice span'), text('.notice .retry'), bar?.getAttribute('aria-valuetext') ?? ''];
    });
  await viewer.reach('complete');
  const [lang, dir, notice, retry, progress] = await said();
  expect([lang, dir, notice, retry]).toEqual([
    'de-AT',
    'ltr',
    expect.stringMatching(/konnte.* nicht geladen werden/),
    'Noch einmal versuchen',
  ]);
  expect(progress).toMatch(/^[\d.,]+ von [\d.,]+ (k|M)B$/);
  await viewer.page.evaluate(() => (document.documentElement.lang = 'ar'));
  await expect
    .poll(async () => (await said()).slice(0, 4))
    .toEqual(['ar', 'rtl', expect.stringMatching(/تعذّر/), 'حاول مرة أخرى']);
  const places = await viewer.ask(v => {
    const box = v.shadowRoot!.querySelector('.notice')!.getBoundingClientRect();
    return [box.left, innerWidth - box.right];
  });
  expect(places[0]).toBeLessThan(places[1]);
  // A language that nobody translated is English, and says so.
  await viewer.page.evaluate(() => (document.documentElement.lang = 'fi'));
  await expect.poll(async () => (await said()).slice(0, 2)).toEqual(['en', 'ltr']);
  await viewer.ask(v => v.setAttribute('lang', 'de'));
  await expect.poll(async () => (await said())[0]).toBe('de');
  expect(viewer.problems.filter(problem => !/40\d|resource/.test(problem))).toEqual([]);
  await viewer.close();
});
