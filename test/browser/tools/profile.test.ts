import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { type FileServer, serveFiles } from '../file-server.ts';

const site = resolve(import.meta.dirname, '../../../dist/site');
const INDEX = 'palette index, as the blog found it';
let server: FileServer;
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  server = await serveFiles({ '/': site });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
beforeEach(async () => {
  page = await open(browser);
});
afterEach(async () => {
  await page.context().close();
  expect(errors).toEqual([]);
});

async function open(from: Browser, hash = ''): Promise<Page> {
  const context = await from.newContext({ viewport: { width: 1280, height: 800 } });
  const opened = await context.newPage();
  opened.setDefaultTimeout(10_000);
  errors = [];
  opened.on('pageerror', error => errors.push(error.message));
  await opened.goto(`${server.url}profile.html${hash}`);
  await slotsOf(opened, 'A');
  return opened;
}

const lane = (of: Page, name: string) => of.getByRole('region', { name: `Shader ${name}` });
const instructions = (of: Page) => lane(of, 'A').locator('.listing li b').allTextContents();

/** Slots that a lane shows, as soon as it shows some. */
async function slotsOf(of: Page, name: string): Promise<number> {
  const count = lane(of, name).locator('.count');
  await count.waitFor();
  return Number.parseInt((await count.textContent()) ?? '', 10);
}

/** Replaces the whole source of A, as a paste does. */
async function type(of: Page, source: string): Promise<void> {
  await lane(of, 'A').locator('.cm-content').click();
  await of.keyboard.press('ControlOrMeta+a');
  await of.keyboard.insertText(source);
}

async function choose(of: Page, name: string): Promise<void> {
  await of.locator('#catalog').selectOption({ label: name });
}

const shader = (expression: string) => `attribute vec4 p;\nuniform vec4 c;\nvoid main() {\n  gl_Position = ${expression};\n}\n`;

describe('the shader profiling page', () => {
  it('is no trap for who has only keys: Escape, then Tab leaves the editor, and says so', async () => {
    const editor = lane(page, 'A').locator('.cm-content');
    await editor.focus();
    const hint = () =>
      lane(page, 'A')
        .locator('.editor')
        .evaluate(element => getComputedStyle(element, '::after').content);
    expect(await hint()).toContain('Esc, then Tab leaves');
    expect(await editor.getAttribute('aria-description')).toContain('Escape, then Tab leaves');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await editor.evaluate(element => element.contains(document.activeElement))).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
  });

  it('changes the listing with every edit', async () => {
    // Our own shaders are shown with their comments, which the viewer leaves out.
    expect(await lane(page, 'A').locator('.cm-content').textContent()).toContain('tells Direct3D');
    await type(page, shader('p'));
    expect(await page.locator('#catalog option:checked').textContent()).toBe('your own');
    await expect.poll(() => slotsOf(page, 'A')).toBeLessThan(10);
    const before = await slotsOf(page, 'A');
    const listing = await instructions(page);
    // One keystroke after the other, at the end of `p`.
    await lane(page, 'A').locator('.cm-line', { hasText: 'gl_Position' }).click();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.type(' * c * c.x', { delay: 20 });
    await expect.poll(() => slotsOf(page, 'A')).toBeGreaterThan(before);
    expect((await instructions(page)).length).toBeGreaterThan(listing.length);
    await expect.poll(() => page.locator('#history li').count()).toBeGreaterThan(1);
  });

  it('lights up instructions from a line and lines from an instruction', async () => {
    await type(page, shader('p * c'));
    await lane(page, 'A').locator('.cm-line', { hasText: 'gl_Position' }).hover();
    await expect.poll(() => lane(page, 'A').locator('.listing li.lit').count()).toBeGreaterThan(0);
    const lit = lane(page, 'A').locator('.listing li.lit').first();
    await lit.hover();
    await expect.poll(() => lane(page, 'A').locator('.cm-lit').allTextContents()).toContain('  gl_Position = p * c;');
  });

  it('has hints whose saving is what the change saves', async () => {
    await choose(page, INDEX);
    const hints = page.locator('#hints .hint');
    await hints.first().waitFor();
    const n = await hints.count();
    expect(n).toBeGreaterThan(0);
    for (let i = 0; i < n; i++) {
      const saves = Number(await hints.nth(i).getAttribute('data-saves'));
      await hints.nth(i).getByRole('button').click();
      await expect.poll(async () => (await slotsOf(page, 'A')) - (await slotsOf(page, 'B'))).toBe(saves);
    }
    await page.getByRole('heading', { name: 'A against B' }).waitFor();
    expect(await page.locator('#difference tr').count()).toBeGreaterThan(3);
  });

  it('finds what the blog found: max(0) on the index saves three slots', async () => {
    await choose(page, INDEX);
    const hint = page.locator('#hints .hint', { has: page.locator('strong', { hasText: 'not negative' }) });
    await hint.waitFor();
    expect(await hint.getAttribute('data-saves')).toBe('3');
  });

  it('restores everything from a link', async () => {
    await type(page, shader('p + c * 0.5'));
    await page.locator('#target').selectOption('vs_3_0');
    await page.getByRole('button', { name: 'Compare with B' }).click();
    await slotsOf(page, 'B');
    await page.getByRole('button', { name: 'Copy link' }).click();
    await expect.poll(() => new URL(page.url()).hash.length).toBeGreaterThan(20);
    const other = await open(browser, new URL(page.url()).hash);
    try {
      expect(await lane(other, 'A').locator('.cm-content').textContent()).toContain('p + c * 0.5');
      expect(await lane(other, 'B').locator('.cm-content').textContent()).toContain('p + c * 0.5');
      expect(await other.locator('#target').inputValue()).toBe('vs_3_0');
    } finally {
      await other.context().close();
    }
  });

  it('says of a damaged link that it is one, and works', async () => {
    const other = await open(browser, '#s=AAAA');
    expect(await other.locator('#status').textContent()).toContain('the link is damaged');
    await other.context().close();
  });

  it('shows an error at its line and keeps the last listing in sight', async () => {
    await type(page, shader('p'));
    await expect.poll(() => slotsOf(page, 'A')).toBeLessThan(10);
    await type(page, shader('p + nothing'));
    const line = lane(page, 'A').locator('.cm-line', { has: page.locator('.cm-lintRange-error') });
    await line.waitFor();
    expect(await line.textContent()).toBe('  gl_Position = p + nothing;');
    expect(await lane(page, 'A').getByRole('alert').first().textContent()).toMatch(/^line 4, column 21: .*nothing/);
    expect((await instructions(page)).length).toBeGreaterThan(0);
  });

  it('marks the count as old while the source has an error', async () => {
    await type(page, shader('p'));
    await expect.poll(() => slotsOf(page, 'A')).toBeLessThan(10);
    await type(page, shader('p + nothing'));
    await expect.poll(() => lane(page, 'A').locator('.summary').getAttribute('class')).toContain('stale');
    expect(await lane(page, 'A').locator('.count').textContent()).toContain('Old: of the last source without an error');
    await type(page, shader('p'));
    await expect.poll(() => lane(page, 'A').locator('.summary').getAttribute('class')).not.toContain('stale');
  });

  it('counts every combination of the switches, and takes one of them', async () => {
    const source = '#ifdef TWICE\n#define F 2.0\n#else\n#define F c.x\n#endif\n';
    await type(page, `${source}${shader('p * F * c.y')}`);
    await page.getByLabel('TWICE').waitFor();
    await page.getByRole('button', { name: 'Count all variants' }).click();
    const rows = page.locator('#variants tr');
    await expect.poll(() => rows.count()).toBe(3);
    const counts = await rows.locator('td:nth-child(2)').allTextContents();
    await page.getByRole('button', { name: 'Use the defines TWICE=1' }).click();
    await expect.poll(() => slotsOf(page, 'A')).toBe(Number(counts[1]));
    expect(await page.getByLabel('Defines', { exact: true }).inputValue()).toBe('TWICE=1');
  });

  it('shows the most expensive lines, and each budget by the target that its chip runs', async () => {
    const expensive = 'pow(abs(sin(c.x)), 3.7)';
    await type(
      page,
      `attribute vec4 p;\nuniform vec4 c;\nvoid main() {\n  float e = ${expensive} * p.x;\n  gl_Position = p * e;\n}\n`,
    );
    await expect.poll(() => page.locator('#costs li').first().textContent()).toContain(expensive);
    await page.locator('#target').selectOption('vs_3_0');
    await expect
      .poll(() => lane(page, 'A').locator('.chip h2').allTextContents())
      .toEqual(['GMA 950: vs_2_0 fits', 'Shader model 3: vs_3_0 fits', 'Mali-400 (model): vs_3_0 fits']);
  });

  it('opens what Spector.js captured, wraps what Shadertoy has, and includes what is dropped beside', async () => {
    const drop = (files: readonly (readonly [string, string])[]) =>
      page.evaluate(given => {
        const data = new DataTransfer();
        for (const [name, text] of given) data.items.add(new File([text], name));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      }, files);
    const main = 'precision mediump float; void main() { gl_FragColor = vec4(0.125); }';
    const capture = { commands: [{ DrawCall: { shaders: [{ name: 'sky', SHADER_TYPE: 'FRAGMENT_SHADER', source: main }] } }] };
    await drop([['capture.json', JSON.stringify(capture)]]);
    await expect.poll(() => page.locator('#catalog option:checked').textContent()).toBe('sky (captured)');
    await drop([
      ['toy.frag', '#include "noise.glsl"\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(noise(p) + iTime); }'],
      ['noise.glsl', 'float noise(vec2 p) { return fract(p.x * 7.0); }'],
    ]);
    await expect.poll(() => lane(page, 'A').locator('.count').textContent()).toContain('mainImage()');
    expect(await lane(page, 'A').locator('.count').textContent()).not.toContain('Old');
    expect(await page.getByLabel('Name').inputValue()).toBe('toy.frag');
  });

  it('takes a shader of the other stage that is pasted for what it is', async () => {
    await type(page, 'precision mediump float;\nuniform vec4 c;\nvoid main() {\n  gl_FragColor = c * c;\n}\n');
    await expect.poll(() => page.locator('#target').inputValue()).toBe('ps_2_0');
    await expect.poll(() => slotsOf(page, 'A')).toBeLessThan(5);
    await type(page, 'in vec4 p;\nvoid main() {}\n');
    await expect.poll(() => lane(page, 'A').getByRole('alert').first().textContent()).toContain('line 1, column 1: ');
    await type(page, shader('p'));
    await expect.poll(() => page.locator('#target').inputValue()).toBe('vs_2_0');
  });

  it('opens a file that is dropped on it, and one of the catalog', async () => {
    await page.evaluate(text => {
      const data = new DataTransfer();
      data.items.add(new File([text], 'mine.frag'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }, 'void main() { gl_FragColor = vec4(0.25); }');
    await expect.poll(() => lane(page, 'A').locator('.cm-content').textContent()).toContain('0.25');
    expect(await page.locator('#target').inputValue()).toBe('ps_2_0');
    await choose(page, 'surface.vert: lit map skin4');
    await expect.poll(() => slotsOf(page, 'A')).toBeGreaterThan(20);
  });

  it('measures on the GPU: figures, an honest word and a chart that is not empty', async () => {
    await choose(page, INDEX);
    await page.getByRole('button', { name: 'Compare with B' }).click();
    await slotsOf(page, 'B');
    await page.getByLabel('Draws a frame').fill('2');
    await page.getByRole('button', { name: 'Measure' }).click();
    await page.locator('#timing canvas').waitFor({ timeout: 60_000 });
    const rows = await page.locator('#timing > table tr').allTextContents();
    expect(rows).toHaveLength(3);
    expect(await page.locator('#timing').textContent()).toMatch(
      /95 % of the frames lie within \d+ % above the median.*B takes \d\.\d\d times/,
    );
    const colors = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('#timing canvas')!;
      const pixels = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data;
      const seen = new Set<number>();
      for (let i = 0; i < pixels.length; i += 4)
        if (pixels[i + 3] > 200) seen.add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]);
      return [seen.has(0xf2b45c), seen.has(0x7fb4e0)];
    });
    expect(colors).toEqual([true, true]);
  });

  it('shows the HLSL of ANGLE, and what the driver is given', async () => {
    await choose(page, INDEX);
    await expect.poll(() => page.locator('#text').textContent()).toContain('void gl_main() {');
    await page.locator('#text-kind').selectOption('driver');
    await expect.poll(() => page.locator('#text').textContent()).toMatch(/\w{20}|vBoneIndices/);
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Compare with B' }).click();
    await slotsOf(page, 'B');
    await page.setViewportSize({ width: 360, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    const top = (of: string) =>
      lane(page, 'A')
        .locator(of)
        .evaluate(element => element.getBoundingClientRect().top);
    expect(await top('.listing')).toBeLessThan(await top('.editor'));
  });
});

describe('with a language that is no valid tag', () => {
  it('measures all the same', async () => {
    const context = await browser.newContext();
    const other = await context.newPage();
    await other.addInitScript(() => Object.defineProperty(Navigator.prototype, 'language', { get: () => 'C.UTF-8@' }));
    await other.goto(`${server.url}profile.html`);
    await slotsOf(other, 'A');
    await other.getByLabel('Draws a frame').fill('1');
    await other.getByRole('button', { name: 'Measure' }).click();
    await other.locator('#timing > table').waitFor({ timeout: 60_000 });
    await context.close();
  });
});

describe('without a GPU', () => {
  it('is its static part', async () => {
    const poor = await launchChromium(['--disable-3d-apis']);
    try {
      const other = await open(poor);
      await choose(other, INDEX);
      expect(await slotsOf(other, 'A')).toBeGreaterThan(0);
      await other.locator('#text-kind').selectOption('driver');
      await expect.poll(() => other.locator('#text').textContent()).toContain('no WebGL');
      await other.getByRole('button', { name: 'Measure' }).click();
      await expect.poll(() => other.locator('#timing-status').textContent()).toContain('no WebGL');
    } finally {
      await poor.close();
    }
  });
});
