import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RenderRequest } from '../../../src/server/snapshots/page-pool.ts';
import { parseSize, parseType } from '../../../src/server/snapshots/picture-request.ts';
import { type Renderer, Snapshots } from '../../../src/server/snapshots/snapshots.ts';
import { BASE, TestServer } from '../test-server.ts';

// Snapshots without a browser: keys, caches, queues. test/browser/live/server.test.ts draws one.

class FakeRenderer implements Renderer {
  readonly requests: RenderRequest[] = [];
  release: (() => void)[] = [];
  failures = 0;
  holds = false;

  async render(request: RenderRequest): Promise<Uint8Array> {
    this.requests.push(request);
    if (this.failures-- > 0) throw new Error('the process that draws has ended');
    if (this.holds) await new Promise<void>(resolve => this.release.push(resolve));
    return new TextEncoder().encode(`${request.width}x${request.height} ${request.type}`);
  }

  close(): void {}
}

let folder: string;
let test: TestServer;
let renderer: FakeRenderer;
const url = `${BASE}/api/snapshots/room/lounge`;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-snapshots-'));
  renderer = new FakeRenderer();
  test = await TestServer.start({ snapshots: new Snapshots({ renderer, folder, version: '1', queue: 2 }) });
});

afterEach(async () => {
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('snapshots', () => {
  it('are drawn once, in the size and type asked for, and then come from the disk', async () => {
    const client = test.stranger();
    const wanted = { 'foyer-size': '640x360', accept: 'image/webp, image/png' };
    const [first, second] = [await client.get(url, wanted), await client.get(url, wanted)];
    expect([first.status, first.headers['content-type'], first.headers.vary]).toEqual([200, 'image/webp', 'Foyer-Size, Accept']);
    expect(second.headers.etag).toBe(first.headers.etag);
    expect(renderer.requests).toHaveLength(1);
    expect(renderer.requests[0]).toMatchObject({ width: 640, height: 360, origins: [BASE] });
    expect((await client.get(url, { ...wanted, 'if-none-match': first.headers.etag })).status).toBe(304);
  });

  it('change with the room, but not when somebody enters', async () => {
    const client = test.stranger();
    const before = await client.get(url);
    await (await test.guest()).enter();
    expect((await client.get(url)).headers.etag).toBe(before.headers.etag);
    const editor = await test.withRole('editor');
    await editor.post((await editor.lounge()).url, { data: { name: 'Den' } });
    expect((await client.get(url)).headers.etag).not.toBe(before.headers.etag);
  });

  it('are drawn once for all that wait, and refused with 503 when too many wait', async () => {
    renderer.holds = true;
    const client = test.stranger();
    const waiting = [client.get(url), client.get(url), client.get(url, { 'foyer-size': '10x10' })];
    while (renderer.release.length < 2) await new Promise(resolve => setImmediate(resolve));
    const full = await client.get(url, { 'foyer-size': '20x20' });
    expect([full.status, full.headers['retry-after']]).toEqual([503, '10']);
    for (const release of renderer.release) release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(renderer.requests).toHaveLength(2);
  });

  it('survive the end of the process that draws', async () => {
    renderer.failures = 1;
    expect((await test.stranger().get(url)).status).toBe(200);
    renderer.failures = 2;
    expect((await test.stranger().get(url, { 'foyer-size': '9x9' })).status).toBe(503);
  });

  it('show an avatar or a product alone, in a room of its own', async () => {
    const client = test.stranger();
    const { avatars } = await client.entry();
    const [avatar] = (await client.get(avatars)).document.nodes ?? [];
    const { snapshot } = (await client.get(avatar)).document.relations ?? {};
    const scene = await client.get(`${snapshot}/scene`);
    expect(scene.document.data).toMatchObject({ spawn: { target: expect.any(Array) } });
    expect(Object.keys(scene.json.denormalized ?? {})).toContain(avatar);
  });

  it('refuse invalid sizes and types', async () => {
    const client = test.stranger();
    expect((await client.get(url, { 'foyer-size': '4096x10' })).status).toBe(400);
    expect((await client.get(url, { accept: 'text/html' })).status).toBe(406);
    expect((await client.get(`${BASE}/api/snapshots/room/nowhere`)).status).toBe(404);
  });

  it('parse what clients request', () => {
    expect(parseSize(undefined)).toEqual({ width: 512, height: 512 });
    expect(parseSize('2048x2048')).toEqual({ width: 2048, height: 2048 });
    for (const wrong of ['0x1', '640', '640x', '-1x4', '2049x1', '1e3x1']) expect(() => parseSize(wrong)).toThrow('Foyer-Size');
    expect([
      parseType('image/webp, image/png'),
      parseType('*/*'),
      parseType('image/png, image/webp;q=0.5'),
      parseType('image/*'),
    ]).toEqual(['image/webp', 'image/png', 'image/png', 'image/png']);
  });
});
