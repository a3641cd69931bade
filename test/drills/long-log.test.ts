import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSqlite } from '../../src/server/log/sqlite-driver.ts';
import { ServerProcess } from './server-process.ts';
import { call, Visitor } from './visitor.ts';

// A log of many entries: a start reads the last checkpoint and the rest; without a checkpoint it reads all.

const ENTRIES = process.env.DRILLS === 'long' ? 1_000_000 : 100_000;
const folder = mkdtempSync(join(tmpdir(), 'foyer-drill-long-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe(`a log of ${ENTRIES} entries`, () => {
  it('is read in a few seconds, with a checkpoint in less', async () => {
    const first = await ServerProcess.start({ data: folder });
    const visitor = await Visitor.arrive(first.url, 'Mira');
    const { document } = await visitor.room();
    await visitor.post(document.relations.messages, { data: { text: 'the first' } });
    await first.end('SIGTERM');
    const database = openSqlite(join(folder, 'log.sqlite'));
    database.exec('BEGIN');
    const [{ last }] = database.all('SELECT max(position) AS last FROM entries');
    for (let i = 1; i <= ENTRIES; i++) {
      const operations = [
        {
          put: `messages/${(10_000 + i).toString(36)}`,
          data: { text: `message ${i}`, at: '2026-11-28T00:00:00.000Z' },
          ref: 'avatar/u-1',
        },
      ];
      const change = JSON.stringify({ at: 1_795_000_000_000 + i, by: 'guest-1', operations });
      database.run('INSERT INTO entries (position, aggregate, change) VALUES (?, ?, ?)', Number(last) + i, 'room/lounge', change);
    }
    database.exec('COMMIT');
    database.close();
    const begun = performance.now();
    const second = await ServerProcess.start({ data: folder });
    const whole = (performance.now() - begun) / 1000;
    expect((await call('GET', document.relations.messages.replace(first.url, second.url))).status).toBe(200);
    const rss = second.rss / 2 ** 20;
    await second.end('SIGTERM');
    const again = performance.now();
    const third = await ServerProcess.start({ data: folder });
    const checkpointed = (performance.now() - again) / 1000;
    await third.end('SIGTERM');
    console.log(
      `start with ${ENTRIES} entries behind the checkpoint: ${whole.toFixed(1)} s (RSS ${rss.toFixed(0)} MiB); with a checkpoint: ${checkpointed.toFixed(1)} s`,
    );
    expect(checkpointed).toBeLessThan(5);
    expect(whole).toBeLessThan(20);
  }, 120_000);
});
