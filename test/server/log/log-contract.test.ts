import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../../src/server/log/change.ts';
import { MemoryLog } from '../../../src/server/log/memory-log.ts';
import { NatsLog } from '../../../src/server/log/nats-log.ts';
import { type LogEntry, LogUnavailable, RevisionConflict, type RoomLog } from '../../../src/server/log/room-log.ts';
import { type SqliteDriverName, sqliteDrivers } from '../../../src/server/log/sqlite-driver.ts';
import { SqliteLog } from '../../../src/server/log/sqlite-log.ts';
import { hasNats, NatsProcess } from './nats-process.ts';

// What every adapter of RoomLog must do, run against each of them; and what is true of one alone.

const change = (text: string): Change => ({ at: 1, operations: [{ put: 'messages/0', data: { text }, ref: 'avatar/a' }] });

async function take(log: RoomLog, after: number, count: number): Promise<readonly LogEntry[]> {
  const stop = new AbortController();
  const taken: LogEntry[] = [];
  for await (const batch of log.follow(after, stop.signal)) {
    taken.push(...batch);
    if (taken.length >= count) break;
  }
  stop.abort();
  return taken;
}

interface Adapter {
  readonly name: string;
  readonly available: boolean;
  open(): Promise<RoomLog>;
  /** Opens the same log again; undefined where it does not outlive its process. */
  reopen?(): Promise<RoomLog>;
  end(): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'foyer-log-'));
let nats: NatsProcess | undefined;
let count = 0;

beforeAll(async () => {
  if (hasNats) nats = await NatsProcess.start();
  else console.warn('nats-server is not installed: the contract is not run against NATS');
});

afterAll(async () => {
  await nats?.end();
  rmSync(folder, { recursive: true, force: true });
});

function sqlite(driver: SqliteDriverName): Adapter {
  let file = '';
  return {
    name: `SQLite by ${driver}`,
    available: loads(driver),
    open: async () =>
      new SqliteLog((file = join(folder, `${driver.replace(':', '-')}-${count++}.sqlite`)), { drivers: [driver] }),
    reopen: async () => new SqliteLog(file, { drivers: [driver] }),
    end: async () => {},
  };
}

function overNats(): Adapter {
  let connection: Awaited<ReturnType<NatsProcess['connect']>> | undefined;
  let stream = '';
  const open = async () => {
    connection ??= await nats!.connect();
    return NatsLog.open({ connection, stream });
  };
  return {
    name: 'NATS JetStream',
    available: hasNats,
    open: () => {
      stream = `TEST${count++}`;
      return open();
    },
    reopen: open,
    end: async () => {
      await connection?.close();
      connection = undefined;
    },
  };
}

function loads(driver: SqliteDriverName): boolean {
  try {
    const log = new SqliteLog(join(folder, `probe-${count++}.sqlite`), { drivers: [driver] });
    void log.close();
    return true;
  } catch {
    return false;
  }
}

const memory: Adapter = { name: 'memory', available: true, open: async () => new MemoryLog(), end: async () => {} };

describe.each([memory, ...sqliteDrivers.map(sqlite), overNats()])('the log in $name', adapter => {
  let log: RoomLog;

  beforeEach(async context => {
    if (!adapter.available) return context.skip(`${adapter.name} is not installed`);
    log = await adapter.open();
  });

  afterEach(async () => {
    await log?.close();
    await adapter.end();
  });

  it('gives ascending positions, and revisions by aggregate', async () => {
    const first = await log.append('room/a', 0, change('1'));
    const other = await log.append('room/b', 0, change('2'));
    const second = await log.append('room/a', first, change('3'));
    expect(first).toBeGreaterThan(0);
    expect(other).toBeGreaterThan(first);
    expect(second).toBeGreaterThan(other);
    expect(await log.last()).toBe(second);
  });

  it('refuses an append that expects another revision, and stores nothing of it', async () => {
    const revision = await log.append('room/a', 0, change('1'));
    await expect(log.append('room/a', 0, change('2'))).rejects.toThrow(RevisionConflict);
    await expect(log.append('room/a', revision + 7, change('2'))).rejects.toThrow(RevisionConflict);
    await expect(log.append('room/new', 3, change('2'))).rejects.toThrow(RevisionConflict);
    expect(await log.last()).toBe(revision);
  });

  it('lets one of several concurrent appends win', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => log.append('room/a', 0, change(String(i)))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(RevisionConflict);
  });

  it('can be followed from any position, in order, with the stored entries unchanged', async () => {
    const positions: number[] = [];
    for (let i = 0; i < 25; i++) positions.push(await log.append(`room/${i}`, 0, change(`é ${i}`)));
    const all = await take(log, 0, 25);
    expect(all.map(({ position }) => position)).toEqual(positions);
    expect(all[3]).toEqual({ position: positions[3], aggregate: 'room/3', change: change('é 3') });
    expect((await take(log, positions[20], 4)).map(({ aggregate }) => aggregate)).toEqual([
      'room/21',
      'room/22',
      'room/23',
      'room/24',
    ]);
  });

  it('gives followers later entries, and ends when its signal aborts', async () => {
    const stop = new AbortController();
    const taken: string[] = [];
    const following = (async () => {
      for await (const batch of log.follow(0, stop.signal)) {
        taken.push(...batch.map(({ aggregate }) => aggregate));
        if (taken.length === 3) stop.abort();
      }
    })();
    for (const room of ['a', 'b', 'c']) await log.append(`room/${room}`, 0, change('x'));
    await following;
    expect(taken).toEqual(['room/a', 'room/b', 'room/c']);
  });

  it('continues at the same position when it is opened again', async context => {
    if (!adapter.reopen) return context.skip('ends with its process');
    const revision = await log.append('room/a', 0, change('1'));
    await log.close();
    log = await adapter.reopen();
    expect(await log.last()).toBe(revision);
    await expect(log.append('room/a', 0, change('2'))).rejects.toThrow(RevisionConflict);
    expect(await log.append('room/a', revision, change('2'))).toBeGreaterThan(revision);
    expect(await take(log, 0, 2)).toHaveLength(2);
  });
});

describe('the log in SQLite', () => {
  it.skipIf(!loads('better-sqlite3') && !loads('node-sqlite3-wasm'))(
    'refuses writes on a full disk, reads on, and writes again',
    async () => {
      const log = new SqliteLog(join(folder, 'full.sqlite'), { maxPages: 8 });
      let last = 0;
      const fill = async () => {
        for (let i = 0; i < 1000; i++) last = await log.append(`room/${last}-${i}`, 0, change('x'.repeat(500)));
      };
      await expect(fill()).rejects.toThrow(LogUnavailable);
      expect(log.trouble).toMatch(/full/);
      expect((await take(log, 0, 1)).length).toBeGreaterThan(0);
      expect(await log.last()).toBe(last);
      await log.close();
      const roomier = new SqliteLog(join(folder, 'full.sqlite'));
      expect(await roomier.append('room/after', 0, change('y'))).toBe(last + 1);
      await roomier.close();
    },
  );

  it('reads what the other drivers have written', async context => {
    const drivers = sqliteDrivers.filter(loads);
    if (drivers.length < 2) return context.skip('one driver is installed');
    const file = join(folder, 'shared.sqlite');
    let last = 0;
    for (const driver of drivers) {
      const log = new SqliteLog(file, { drivers: [driver] });
      last = await log.append(`room/${driver.replace(/\W/g, '')}`, 0, change(driver));
      expect(await take(log, 0, last)).toHaveLength(last);
      await log.close();
    }
    expect(last).toBe(drivers.length);
  });

  it.skipIf(!loads('node:sqlite'))('opens node:sqlite without a warning, which is no line of JSON', () => {
    const driver = join(import.meta.dirname, '../../../src/server/log/sqlite-driver.ts');
    const code = `import { openSqlite } from ${JSON.stringify(driver)}; openSqlite(':memory:', ['node:sqlite']).close();`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', code];
    expect(spawnSync(process.execPath, args, { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  it('says what is wrong with a file that is no log', () => {
    expect(() => new SqliteLog(join(import.meta.dirname, 'log-contract.test.ts'))).toThrow(/not a database/);
  });
});
