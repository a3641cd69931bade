import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeRoom } from '../../../src/import/write/write-room.ts';
import { type BenchRoom, bytesOf, readRoom } from '../../bench/stream/bench-room.ts';
import { bundlePage } from '../../bench/stream/bundle.ts';
import type { ServedFile } from '../../bench/stream/link/shaped-server.ts';
import { lowerBoundMs } from '../../bench/stream/report/bounds.ts';
import { parseProfile, visit } from '../../bench/stream/visit.ts';
import { launchChromium } from '../chromium.ts';
import { testRoom } from '../test-room.ts';

const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
let room: BenchRoom;
let files: Map<string, ServedFile>;
let browser: Browser;

beforeAll(async () => {
  await writeRoom(testRoom(), folder, { ktx2: false, levels: 0 });
  room = await readRoom(folder);
  files = new Map([...room.files, ...(await bundlePage())]);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

it.each([
  ['h1', 'foyer'],
  ['h2', 'foyer'],
  ['h2', 'three'],
] as const)('a small room over a shaped %s link: %s loads all of it, and is no faster than what is possible', async (protocol, contestant) => {
  const link = parseProfile('4x40');
  const result = await visit(browser, { room, files, contestant, protocol, link, seed: 1 });
  expect(result).toMatchObject({ missing: 0, inversions: 0, duplicates: 0 });
  const all = contestant === 'three' ? [...room.models] : [...room.critical, ...room.high];
  const bound = lowerBoundMs(
    protocol,
    { documentBytes: contestant === 'three' ? 0 : room.documentBytes, files: all.length, bytes: bytesOf(room, all) },
    link,
  );
  // The link may send 4 ms' worth at once after a pause.
  expect(result.completeMs).toBeGreaterThan(bound - 10);
  expect(result.interactiveMs).toBeLessThanOrEqual(result.completeMs);
  expect(result.unseenMs).toBeGreaterThan(0);
  expect(result.unseenMs).toBeLessThan(result.completeMs);
  expect(result.extraBytes).toBeGreaterThan(0);
  expect(result.longestMs).toBeGreaterThan(0);
  expect(result.bandwidthUsed).toBeGreaterThan(0);
  expect(result.bandwidthUsed).toBeLessThan(1.05);
});
