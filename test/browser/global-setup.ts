import { resolve } from 'node:path';
import { build } from 'vite';
import { findChromium } from './chromium.ts';

/** Before the browser tests: a browser that starts, and the site as it is published. */
export default async function setup(): Promise<void> {
  await findChromium();
  const root = resolve(import.meta.dirname, '../..');
  await build({ root, configFile: resolve(root, 'vite.config.ts'), logLevel: 'warn' });
}
