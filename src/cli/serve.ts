/** The command `foyer serve`. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Authorize } from '../server/rights/rights.ts';
import { type Role, roles } from '../server/rights/user.ts';
import type { StartOptions } from '../server/start.ts';
import { argumentTrouble } from './argument-trouble.ts';
import { builtSite, packageRoot } from './package-root.ts';
import { whyNotStarted } from './serve-trouble.ts';

export const SERVE_USAGE = `foyer serve                      live rooms: the built site and the API from one process (docs/server.md)
  --port N           8080 where not given; 0 takes a free one
  --host ADDRESS     127.0.0.1 where not given
  --data DIR         log, resources and secret; ./foyer-data where not given
  --memory           keeps everything in memory instead
  --resources DIR    files of rooms; DIR/resources of the data where not given (share it between processes)
  --nats URL         keeps the log in NATS JetStream, so that several processes serve the same rooms
  --nats-replicas N  copies of each entry in a NATS cluster; 1 where not given
  --public-url URL   what clients reach it at, behind a proxy
  --secret-file FILE signs sessions (HS256), at least 32 bytes; DIR/secret where not given
  --jwks URL         takes tokens of another issuer, too
  --authorize FILE   a module whose default export decides: (user, verb, url) => true, false or undefined
  --allow-origin O   pages of this origin may use the API; as often as needed
  --link-origin O    documents may link to this origin; as often as needed
  --capacity N       people in a room at most; 100 where not given
  --guest-role ROLE  guest, editor or moderator: what everybody may do; guest where not given
  --trust-proxy      takes the client's address from X-Forwarded-For
  --tls-cert FILE --tls-key FILE   HTTPS and HTTP/2
  --site DIR         the built site; dist/site where not given
  --room FILE        room.json of the first room; the site's lounge where not given
  --log-level L      trace, debug, info (where not given), warn, error, silent
  --json             prints {"url": …} when it listens`;

export interface ServeTerminal {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Ends `publish` and `snapshot`. */
  readonly signal?: AbortSignal;
}

/** Runs `foyer serve …` until SIGTERM or SIGINT. @returns the exit code: 0 stopped, 1 cannot start, 2 wrong arguments. */
export async function serveCommand(args: readonly string[], terminal: ServeTerminal): Promise<number> {
  let options: Awaited<ReturnType<typeof readOptions>>;
  try {
    options = await readOptions(args);
  } catch (error) {
    terminal.err(`${SERVE_USAGE}\n\nfoyer serve: ${argumentTrouble(error)}`);
    return 2;
  }
  const { startServer } = await import('../server/start.ts');
  try {
    const started = await startServer(options.start);
    terminal.out(options.json ? JSON.stringify({ url: started.url }) : `foyer serves ${started.url} (API: ${started.url}/api)`);
    await new Promise<void>(resolve => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    });
    await started.close();
    return 0;
  } catch (error) {
    terminal.err(`foyer serve: ${whyNotStarted(error)}`);
    return 1;
  }
}

async function readOptions(args: readonly string[]): Promise<{ readonly start: StartOptions; readonly json: boolean }> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '8080' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string', default: './foyer-data' },
      memory: { type: 'boolean', default: false },
      nats: { type: 'string' },
      'nats-replicas': { type: 'string', default: '1' },
      'public-url': { type: 'string' },
      'secret-file': { type: 'string' },
      jwks: { type: 'string' },
      authorize: { type: 'string' },
      'allow-origin': { type: 'string', multiple: true, default: [] },
      'link-origin': { type: 'string', multiple: true, default: [] },
      capacity: { type: 'string', default: '100' },
      'guest-role': { type: 'string', default: 'guest' },
      'trust-proxy': { type: 'boolean', default: false },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      resources: { type: 'string' },
      site: { type: 'string' },
      room: { type: 'string' },
      'log-level': { type: 'string', default: 'info' },
      json: { type: 'boolean', default: false },
    },
  });
  if ((values['tls-cert'] === undefined) !== (values['tls-key'] === undefined))
    throw new Error('--tls-cert and --tls-key go together');
  const root = packageRoot();
  if (values.site !== undefined && !existsSync(join(values.site, 'index.html')))
    throw new Error(`--site: there is no index.html in ${values.site}`);
  if (values.room !== undefined && !existsSync(values.room)) throw new Error(`--room: there is no file ${values.room}`);
  const site = values.site ?? builtSite();
  const firstRoom =
    values.room ??
    [site ?? '', join(root, 'public')].map(each => join(each, 'rooms/lounge/room.json')).find(each => existsSync(each));
  const start = {
    port: wholeNumber('--port', values.port, 0, 65_535),
    host: values.host,
    data: values.memory ? undefined : values.data,
    nats: values.nats,
    natsReplicas: wholeNumber('--nats-replicas', values['nats-replicas'], 1, 5),
    publicUrl: values['public-url'] === undefined ? undefined : httpUrl('--public-url', values['public-url']),
    secretFile: values['secret-file'],
    jwks: values.jwks === undefined ? undefined : httpUrl('--jwks', values.jwks),
    authorize: values.authorize === undefined ? undefined : await hook(values.authorize),
    allowedOrigins: values['allow-origin'].map(each => new URL(httpUrl('--allow-origin', each)).origin),
    linkOrigins: values['link-origin'].map(each => new URL(httpUrl('--link-origin', each)).origin),
    capacity: wholeNumber('--capacity', values.capacity, 1, 10_000),
    guestRole: roleOf(values['guest-role']),
    trustProxy: values['trust-proxy'],
    tlsCert: values['tls-cert'],
    tlsKey: values['tls-key'],
    site,
    resources: values.resources,
    firstRoom,
    isRoomChosen: values.room !== undefined,
    logLevel: values['log-level'],
    version: versionOf(root),
  };
  const given = Object.fromEntries(Object.entries(start).filter(([, value]) => value !== undefined));
  return { start: given as unknown as StartOptions, json: values.json };
}

function roleOf(text: string): Role {
  const role = roles.find(each => each === text);
  if (role) return role;
  throw new Error(`--guest-role: one of ${roles.join(', ')} is expected, got "${text}"`);
}

function wholeNumber(option: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= low && value <= high) return value;
  throw new Error(`${option}: a whole number from ${low} to ${high} is expected, got "${text}"`);
}

function httpUrl(option: string, text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new Error(`${option}: an http or https URL is expected, got "${text}"`);
}

async function hook(file: string): Promise<Authorize> {
  const module = (await import(/* @vite-ignore */ pathToFileURL(resolve(file)).href)) as {
    readonly default?: unknown;
    readonly authorize?: unknown;
  };
  const found = module.default ?? module.authorize;
  if (typeof found === 'function') return found as Authorize;
  throw new Error(`--authorize: ${file} exports no function`);
}

function versionOf(root: string): string {
  const { version, config } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version?: string;
    config?: { version?: string };
  };
  return version ?? config?.version ?? '0.0.0';
}
