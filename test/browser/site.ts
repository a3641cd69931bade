import type { Browser } from 'playwright';
import { afterAll, beforeAll, inject } from 'vitest';
import { launchChromium } from './chromium.ts';
import { type FileServer, serveFiles } from './file-server.ts';

/** Chromium, and a server of the built page and the test rooms: there from the first test of a file that imports them until its last. */
export let browser: Browser;
export let server: FileServer;

beforeAll(async () => {
  browser = await launchChromium();
  server = await serveFiles({ '/': inject('site'), '/rooms-test/': inject('rooms') });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
