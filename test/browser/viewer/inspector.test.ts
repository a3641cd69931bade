import { describe, expect, it } from 'vitest';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

const at = () => `${server.url}?quality=high&room=${encodeURIComponent('/rooms-test/small/room.json')}`;

/** Cells of all rows; undefined while the inspector is closed. */
function rowsOf(viewer: ViewerPage): Promise<string[][] | undefined> {
  return viewer.ask(v => {
    const panel = v.shadowRoot?.querySelector('.inspector');
    if (!panel) return undefined;
    const rows = [...panel.querySelectorAll('[role=row]:not(.titles)')];
    return rows.map(row => [...row.querySelectorAll('[role=cell]')].map(cell => cell.textContent ?? ''));
  });
}

const focused = (viewer: ViewerPage) => viewer.ask(v => v.shadowRoot?.activeElement?.className ?? '');

describe('the inspector', () => {
  it('has its looks on a page whose content security policy allows no style elements, each time that it opens', async () => {
    const viewer = await ViewerPage.open(browser, at());
    await viewer.reach('complete');
    const looks = await viewer.ask(async v => {
      const policy = Object.assign(document.createElement('meta'), { content: "style-src 'self'" });
      policy.httpEquiv = 'Content-Security-Policy';
      document.head.append(policy);
      const positions: (string | undefined)[] = [];
      for (let i = 0; i < 3; i++) {
        await v.toggleInspector();
        const panel = v.shadowRoot?.querySelector('.inspector');
        positions.push(panel ? getComputedStyle(panel).position : undefined);
      }
      return positions;
    });
    expect(looks).toEqual(['absolute', undefined, 'absolute']);
    expect(viewer.problems).toEqual([]);
    await viewer.close();
  });

  it('opens with the key I, tells of every resource, and closes by keyboard', async () => {
    const viewer = await ViewerPage.open(browser, at());
    await viewer.reach('complete');
    const { page } = viewer;
    await page.keyboard.press('Tab');
    expect(await focused(viewer)).toContain('stage');
    await page.keyboard.press('i');
    await expect.poll(() => rowsOf(viewer).then(rows => rows?.length)).toBeGreaterThan(15);
    const rows = (await rowsOf(viewer)) ?? [];
    expect(rows[0]).toMatchObject({ 0: 'documents', 1: 'room.json', 4: 'done', 5: 'network' });
    const classes = new Set(rows.map(([name]) => name));
    expect(classes.has('high') && (classes.has('critical') || classes.has('critical-visible'))).toBe(true);
    for (const [, name, priority, bytes, state, origin] of rows) {
      expect(name).toMatch(/^(room\.json|[0-9a-f]{20}\.(glbz?|webp|ktx2))$/);
      expect(Number.isFinite(Number(priority))).toBe(true);
      expect([bytes, state, origin].join(' ')).toMatch(/^\d+ KB done network$/);
    }
    // Bars have a length: each lies within the axis of time.
    const bars = await viewer.ask(v =>
      [...(v.shadowRoot?.querySelectorAll('.inspector .comes') ?? [])].map(bar => {
        const { left, right } = bar.getBoundingClientRect();
        const axis = bar.parentElement!.getBoundingClientRect();
        return right > left && left >= axis.left - 1 && right <= axis.right + 1;
      }),
    );
    expect(bars.every(Boolean)).toBe(true);
    const figures = await viewer.ask(v => v.shadowRoot?.querySelector('.inspector pre')?.textContent ?? '');
    expect(figures).toMatch(/window \d+ KB of \d+ KB .*round trip/);
    expect(figures).toMatch(/uploading 0 .* of \d+\.\d ms/);
    expect(figures).toMatch(/memory 0\.\d MB of 512\.0 MB .* 0 textures held back/);
    // On to the table by Tab, down by keys, out by Escape: the focus goes back to where it was.
    for (let i = 0; i < 8 && (await focused(viewer)) !== 'waterfall'; i++) await page.keyboard.press('Tab');
    expect(await focused(viewer)).toBe('waterfall');
    await page.keyboard.press('End');
    await expect.poll(() => viewer.ask(v => v.shadowRoot?.querySelector('.waterfall')?.scrollTop ?? 0)).toBeGreaterThan(20);
    await page.keyboard.press('Escape');
    expect(await rowsOf(viewer)).toBeUndefined();
    expect(await focused(viewer)).toContain('stage');
    await page.keyboard.press('i');
    await expect.poll(() => rowsOf(viewer)).toBeDefined();
    await page.keyboard.press('i');
    await expect.poll(() => rowsOf(viewer)).toBeUndefined();
    // Escape closes it from the room too.
    await page.keyboard.press('i');
    await expect.poll(() => rowsOf(viewer)).toBeDefined();
    expect(await focused(viewer)).toContain('stage');
    await page.keyboard.press('Escape');
    await expect.poll(() => rowsOf(viewer)).toBeUndefined();
    expect(viewer.problems).toEqual([]);
    await viewer.close();
  });

  it('follows a room as it comes, and the next one from the disk, in a phone-sized window', async () => {
    const viewer = await ViewerPage.open(browser, at(), {
      viewport: { width: 360, height: 640 },
      // Slow enough to be seen on its way.
      before: page =>
        page.route('**/resources/**', async route => {
          await new Promise(resolve => setTimeout(resolve, 200));
          await route.continue();
        }),
    });
    await viewer.reach('loading');
    await viewer.ask(v => v.toggleInspector());
    const states = new Set<string>();
    await expect
      .poll(
        async () => {
          for (const row of (await rowsOf(viewer)) ?? []) states.add(row[4]);
          return viewer.ask(v => v.state);
        },
        { interval: 60, timeout: 60_000 },
      )
      .toBe('complete');
    expect(states.has('network')).toBe(true);
    const inside = await viewer.ask(v => {
      const { left, right, bottom, top } = v.shadowRoot!.querySelector('.inspector')!.getBoundingClientRect();
      const row = v.shadowRoot!.querySelector('.inspector [role=row]')!;
      const wide = row.querySelector('.wide')!;
      return [left >= 0 && right <= 360 && bottom <= 640 && top > 200, row.scrollWidth <= 360, getComputedStyle(wide).display];
    });
    expect(inside).toEqual([true, true, 'none']);
    await viewer.page.unrouteAll({ behavior: 'wait' });
    await viewer.ask(v => v.setAttribute('src', ''));
    await expect.poll(() => viewer.ask(v => v.state)).toBe('empty');
    await viewer.ask(v => v.setAttribute('src', '/rooms-test/small/room.json'));
    await viewer.reach('complete');
    await expect.poll(async () => (await rowsOf(viewer))?.at(-1)?.[5]).toMatch(/cache|memory/);
    await viewer.page.getByRole('button', { name: 'Close the inspector' }).click();
    expect(await rowsOf(viewer)).toBeUndefined();
    await viewer.close();
  });
});
