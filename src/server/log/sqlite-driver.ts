import { createRequire } from 'node:module';
import { LogUnavailable } from './room-log.ts';

/**
 * The few calls of SQLite that the log makes, with whichever build is installed: better-sqlite3 (native), Node's own
 * `node:sqlite` (22.5 and later), or node-sqlite3-wasm, which needs no compiler. All read and write the same file.
 */
export interface SqliteDriver {
  readonly name: string;
  exec(sql: string): void;
  all(sql: string, ...values: readonly (string | number)[]): readonly Record<string, unknown>[];
  run(sql: string, ...values: readonly (string | number)[]): void;
  close(): void;
}

export const sqliteDrivers = ['better-sqlite3', 'node:sqlite', 'node-sqlite3-wasm'] as const;
export type SqliteDriverName = (typeof sqliteDrivers)[number];

interface Statement {
  all(...values: readonly unknown[]): Record<string, unknown>[];
  run(...values: readonly unknown[]): unknown;
}

interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): void;
}

/**
 * Opens `file` with the first driver that loads.
 * @throws LogUnavailable if none loads. It says what to install.
 */
export function openSqlite(file: string, names: readonly SqliteDriverName[] = sqliteDrivers): SqliteDriver {
  const reasons: string[] = [];
  for (const name of names) {
    try {
      return openers[name](file);
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      // Another driver could not open the file either.
      if (code?.startsWith('SQLITE_') || code === 'ERR_SQLITE_ERROR') throw new LogUnavailable(`${file}: ${message}`);
      reasons.push(`${name}: ${message.split('\n')[0]}`);
    }
  }
  throw new LogUnavailable(
    `no SQLite can be loaded (npm install better-sqlite3@12 && npm rebuild better-sqlite3 --ignore-scripts=false): ${reasons.join('; ')}`,
  );
}

const require = createRequire(import.meta.url);

const openers: Readonly<Record<SqliteDriverName, (file: string) => SqliteDriver>> = {
  'better-sqlite3': file => {
    const Opened = require('better-sqlite3') as new (file: string) => Database;
    return overStatements('better-sqlite3', new Opened(file));
  },
  'node:sqlite': file => {
    const { DatabaseSync } = withoutWarning(() => require('node:sqlite') as { DatabaseSync: new (file: string) => Database });
    return overStatements('node:sqlite', new DatabaseSync(file));
  },
  'node-sqlite3-wasm': file => {
    const wasm = require('node-sqlite3-wasm') as { Database: new (file: string) => WasmDatabase };
    const database = new wasm.Database(file);
    // This build has no shared memory. WAL then needs the file for one process alone, as this server does anyway.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    return {
      name: 'node-sqlite3-wasm',
      exec: sql => database.exec(sql),
      all: (sql, ...values) => database.all(sql, [...values]),
      run: (sql, ...values) => void database.run(sql, [...values]),
      close: () => database.close(),
    };
  },
};

/** Loads a module of Node that is called experimental there. Its warning is no line of JSON, which the server's log is. */
function withoutWarning<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

interface WasmDatabase {
  exec(sql: string): void;
  all(sql: string, values: unknown[]): Record<string, unknown>[];
  run(sql: string, values: unknown[]): unknown;
  close(): void;
}

function overStatements(name: string, database: Database): SqliteDriver {
  const prepared = new Map<string, Statement>();
  const statement = (sql: string): Statement => {
    let found = prepared.get(sql);
    if (!found) prepared.set(sql, (found = database.prepare(sql)));
    return found;
  };
  return {
    name,
    exec: sql => void database.exec(sql),
    all: (sql, ...values) => statement(sql).all(...values),
    run: (sql, ...values) => void statement(sql).run(...values),
    close: () => database.close(),
  };
}
