import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';
import { findChromium } from './chromium.ts';
import { writeTestRooms } from './rooms.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built site; of the rooms that the tests open. */
    site: string;
    rooms: string;
  }
}

/** Before the browser tests: a browser that starts, the site as it is published, and rooms to open. */
export default async function setup(project: TestProject): Promise<() => void> {
  await findChromium();
  const root = resolve(import.meta.dirname, '../..');
  // As it is published: under Vitest's own NODE_ENV, packages come in their development builds, which are larger and warn.
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  process.env.NODE_ENV = NODE_ENV;
  const rooms = mkdtempSync(join(tmpdir(), 'foyer-rooms-'));
  await writeTestRooms(rooms);
  project.provide('site', join(root, 'dist/site'));
  project.provide('rooms', rooms);
  return () => rmSync(rooms, { recursive: true, force: true });
}
