import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import { isRunning } from '../node/is-running.ts';
import { makeFolder } from '../node/make-folder.ts';
import { Checkpoints } from './log/checkpoint.ts';
import { MemoryLog } from './log/memory-log.ts';
import { LogUnavailable } from './log/room-log.ts';
import { SqliteLog } from './log/sqlite-log.ts';
import { redact } from './operations/redact.ts';
import type { Authorize } from './rights/rights.ts';
import type { Role } from './rights/user.ts';
import { freePort, RoomServer, type RoomServerOptions } from './room-server.ts';
import { Snapshots } from './snapshots/snapshots.ts';
import { WorkerProcess } from './snapshots/worker-process.ts';

/** Starts `foyer serve`: a data folder, a log, a secret, and the server on a port. */

export interface StartOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** Data folder. Without it, everything is in memory. */
  readonly data?: string;
  readonly nats?: string;
  readonly natsReplicas?: number;
  readonly publicUrl?: string;
  readonly secretFile?: string;
  readonly jwks?: string;
  /** Folder of uploaded files; within `data` by default. */
  readonly resources?: string;
  readonly site?: string;
  readonly firstRoom?: string;
  readonly isRoomChosen?: boolean;
  readonly authorize?: Authorize;
  readonly allowedOrigins?: readonly string[];
  readonly linkOrigins?: readonly string[];
  readonly capacity?: number;
  readonly guestRole?: Role;
  readonly trustProxy?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly logLevel?: string;
  readonly version: string;
}

export interface Started {
  readonly server: RoomServer;
  /** Where clients find it. */
  readonly url: string;
  close(): Promise<void>;
}

/** @throws LogUnavailable; Error for an invalid secret, a data folder in use, or a port in use. */
export async function startServer(options: StartOptions): Promise<Started> {
  const { host, data } = options;
  const unlock = data === undefined ? () => {} : await lockFolder(data);
  try {
    const { server, url } = await create(options);
    // Its timers would keep the process alive where the port is taken.
    await server.listen(Number(new URL(url.local).port), host).catch(async error => {
      await server.close();
      throw error;
    });
    return {
      server,
      url: url.known,
      close: async () => {
        await server.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function create(
  options: StartOptions,
): Promise<{ readonly server: RoomServer; readonly url: { readonly local: string; readonly known: string } }> {
  const { host } = options;
  const port = options.port === 0 ? await freePort(host) : options.port;
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const local = `${options.tlsCert === undefined ? 'http' : 'https'}://${reachable}:${port}`;
  const known = options.publicUrl?.replace(/\/+$/, '') ?? local;
  const server = await RoomServer.create(await roomServerOptions({ ...options, publicUrl: known }));
  return { server, url: { local, known } };
}

/** Folders in the data folder. */
const CHECKPOINTS = 'checkpoints';
const SNAPSHOTS = 'snapshots';

/** The parts that the options name: log, checkpoints, secret, certificate. */
export async function roomServerOptions(options: StartOptions & { readonly publicUrl: string }): Promise<RoomServerOptions> {
  const { data, tlsCert, tlsKey, publicUrl, version } = options;
  const logger = createLogger(options.logLevel ?? 'info');
  if (options.nats !== undefined && options.secretFile === undefined)
    logger.warn('processes that share a log need one --secret-file: sessions of this one are unknown to others');
  if (data !== undefined) for (const name of [CHECKPOINTS, SNAPSHOTS]) await makeFolder(join(data, name));
  const warn = (file: string, reason: string) => logger.warn({ file, reason }, 'checkpoint passed over');
  return {
    ...(await openLog(options)),
    ...(data === undefined
      ? {}
      : {
          checkpoints: new Checkpoints(join(data, CHECKPOINTS), warn),
          resourceFolder: options.resources ?? join(data, 'resources'),
        }),
    ...(tlsCert !== undefined && tlsKey !== undefined ? { tls: { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) } } : {}),
    ...pick(options, [
      'site',
      'firstRoom',
      'isRoomChosen',
      'jwks',
      'authorize',
      'allowedOrigins',
      'linkOrigins',
      'capacity',
      'guestRole',
      'trustProxy',
    ]),
    secret: secretOf(options),
    snapshots: new Snapshots({
      renderer: new WorkerProcess(),
      ...(data === undefined ? {} : { folder: join(data, SNAPSHOTS) }),
      version,
    }),
    publicUrl,
    logger,
    version,
  };
}

function pick<Source extends object, Key extends keyof Source>(source: Source, keys: readonly Key[]): Pick<Source, Key> {
  const entries = keys.filter(key => source[key] !== undefined).map(key => [key, source[key]]);
  return Object.fromEntries(entries) as Pick<Source, Key>;
}

/** Opens the log, and the connection to other processes that use it. */
async function openLog({ data, nats, natsReplicas }: StartOptions): Promise<Pick<RoomServerOptions, 'log' | 'bus' | 'closed'>> {
  if (nats === undefined) return { log: data === undefined ? new MemoryLog() : new SqliteLog(join(data, 'log.sqlite')) };
  const [{ connect }, { NatsLog }, { NatsBus }] = await Promise.all([
    import('@nats-io/transport-node'),
    import('./log/nats-log.ts'),
    import('./presence/nats-bus.ts'),
  ]);
  const connection = await connect({
    servers: nats,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    pingInterval: 5000,
    maxPingOut: 2,
  }).catch(cause => {
    throw new LogUnavailable(`${nats}: ${(cause as Error).message}`, { cause });
  });
  const log = await NatsLog.open({ connection, ...(natsReplicas === undefined ? {} : { replicas: natsReplicas }) });
  return { log, bus: new NatsBus(connection, 'foyer.presence'), closed: () => connection.close() };
}

/** Creates the logger: JSON lines on standard error, without secrets. */
function createLogger(level: string): RoomServerOptions['logger'] {
  return pino(
    { level, redact: [...redact], base: null, timestamp: pino.stdTimeFunctions.isoTime },
    // Lines go out together: a system call for each was 10 % of a small write. The rest follows within half a second, and at the end.
    destination({ fd: 2, sync: false, minLength: 4096, periodicFlush: 500 }),
  );
}

function secretOf({ secretFile, data }: StartOptions): Uint8Array {
  if (secretFile !== undefined) return trimmed(secretFile);
  // Without a data folder, sessions end with the process.
  if (data === undefined) return randomBytes(32);
  const file = join(data, 'secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return trimmed(file);
}

/** Reads a secret file, without the line end that editors add. @throws Error for less than 32 bytes. */
export function trimmed(file: string): Uint8Array {
  const bytes = new TextEncoder().encode(readFileSync(file, 'utf8').trimEnd());
  if (bytes.byteLength >= 32) return bytes;
  throw new Error(`${file}: a secret of at least 32 bytes is expected, got ${bytes.byteLength}`);
}

/** Locks the data folder for this process. @returns releases it. @throws Error if another running process holds it. */
async function lockFolder(data: string): Promise<() => void> {
  await makeFolder(data);
  const file = join(data, 'server.pid');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (pid > 0 && pid !== process.pid && isServing(pid))
    throw new Error(`${data} is in use by process ${pid}: stop that, or name another folder (--data DIR)`);
  writeFileSync(file, String(process.pid));
  // node-sqlite3-wasm locks with a folder, which a killed process leaves behind.
  rmSync(join(data, 'log.sqlite.lock'), { recursive: true, force: true });
  return () => rmSync(file, { force: true });
}

/** Whether a process is a server that runs: another one may have got the number of one that has ended. */
function isServing(pid: number): boolean {
  const command = `/proc/${pid}/cmdline`;
  return isRunning(pid) && (!existsSync(command) || readFileSync(command, 'utf8').includes('serve'));
}
