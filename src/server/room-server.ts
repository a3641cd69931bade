import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { type Clock, systemClock } from '../core/clock.ts';
import { FormatError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import { makeFolder } from '../node/make-folder.ts';
import { Addresses, parsePath } from './documents/addresses.ts';
import { Documents } from './documents/documents.ts';
import { Projection } from './documents/projection.ts';
import { publishRoom } from './documents/publish-room.ts';
import { Compose } from './documents/responses/compose.ts';
import { Render } from './documents/responses/render.ts';
import { Responses } from './documents/responses/responses.ts';
import { importRoom } from './documents/room-import.ts';
import { Append } from './documents/writes/append.ts';
import { CheckRequest } from './documents/writes/check-request.ts';
import { Writes } from './documents/writes/writes.ts';
import { createApp, defaultLimits, type Limits } from './http/app.ts';
import type { ServerContext } from './http/context.ts';
import { Resources } from './http/resources.ts';
import { snapshotRoutes } from './http/routes/snapshot-routes.ts';
import { resourceRoutes, siteRoutes } from './http/routes/static-site.ts';
import { Sessions } from './http/sessions.ts';
import type { Checkpoints } from './log/checkpoint.ts';
import type { RoomLog } from './log/room-log.ts';
import { noBus, type PresenceBus } from './presence/bus.ts';
import { Intents } from './presence/intents.ts';
import { Leases } from './presence/leases.ts';
import { Presence } from './presence/presence.ts';
import { GuestExpiry } from './rights/guest-expiry.ts';
import { Guests } from './rights/guests.ts';
import { type Authorize, Rights } from './rights/rights.ts';
import { Tokens } from './rights/tokens.ts';
import type { Role } from './rights/user.ts';
import type { Snapshots } from './snapshots/snapshots.ts';
import { newsOf } from './updates/news.ts';
import { Updates } from './updates/updates.ts';

/** Maximum number of people in a room. */
const CAPACITY = 100;

export interface RoomServerOptions {
  readonly log: RoomLog;
  readonly checkpoints?: Checkpoints;
  /** Connects the processes that serve the same rooms. */
  readonly bus?: PresenceBus;
  /** Called after everything else was closed. Closes the connection to the log. */
  readonly closed?: () => Promise<void>;
  /** Stores uploaded resources. Without it, nothing can be published. */
  readonly resourceFolder?: string;
  /** The built site. */
  readonly site?: string;
  /** Path of the `room.json` to publish if there is no room yet. */
  readonly firstRoom?: string;
  /** Whether a person chose it: then a warning says that rooms which are there stay. */
  readonly isRoomChosen?: boolean;
  /** Draws pictures of rooms, avatars and products. */
  readonly snapshots?: Snapshots;
  /** The secret that signs sessions, at least 32 bytes. */
  readonly secret: Uint8Array;
  /** Where another issuer of tokens publishes its keys. */
  readonly jwks?: string;
  readonly authorize?: Authorize;
  /** URL that clients reach the server at. */
  readonly publicUrl: string;
  /** Origins of other pages that may use the API. */
  readonly allowedOrigins?: readonly string[];
  /** Origins that documents may link to. */
  readonly linkOrigins?: readonly string[];
  readonly limits?: Limits;
  readonly capacity?: number;
  /** Role of every guest; `guest` by default. */
  readonly guestRole?: Role;
  readonly trustProxy?: boolean;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  readonly logger: FastifyBaseLogger;
  readonly version: string;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Wall clock, ms since 1970. */
  readonly now?: () => number;
}

/** `foyer serve`: all parts together. Call `listen`, or pass requests of another server to `app`. */
export class RoomServer {
  readonly app: FastifyInstance;
  readonly context: ServerContext;
  readonly #projection: Projection;
  readonly #leases: Leases;
  readonly #presence: Presence;
  readonly #closed: () => Promise<void>;
  readonly #draining: { value: boolean };

  private constructor(
    app: FastifyInstance,
    context: ServerContext,
    projection: Projection,
    leases: Leases,
    presence: Presence,
    draining: { value: boolean },
    closed: () => Promise<void> = async () => {},
  ) {
    this.app = app;
    this.context = context;
    this.#projection = projection;
    this.#leases = leases;
    this.#presence = presence;
    this.#draining = draining;
    this.#closed = closed;
  }

  /** @throws LogUnavailable; FormatError for an invalid first room. */
  static async create(options: RoomServerOptions): Promise<RoomServer> {
    const { log, logger, clock = systemClock, random = Math.random, now = Date.now, capacity = CAPACITY } = options;
    const addresses = new Addresses(options.publicUrl);
    const documents = new Documents();
    const render = new Render(addresses, (room, path) => intents.get(room, path), capacity);
    const updates = new Updates({ documents, render, clock, random });
    const intents = new Intents({ documents, updates, addresses, clock });
    const append = new Append({ log, documents, clock, now });
    const besideRoom = options.firstRoom === undefined ? [] : [join(options.firstRoom, '../resources')];
    if (options.resourceFolder !== undefined) await makeFolder(options.resourceFolder);
    const resources = new Resources(options.resourceFolder, besideRoom);
    const end = async (room: string, path: string) => {
      await append.change(room, undefined, found => ({
        operations: found?.member(path)?.owner === undefined ? [] : [{ drop: path }],
        path,
      }));
    };
    const leases = new Leases({ documents, updates, clock, end });
    const presence = new Presence({ documents, updates, intents, leases, bus: options.bus ?? noBus, clock });
    const projection = new Projection({
      log,
      documents,
      checkpoints: options.checkpoints,
      startAt: position => updates.startAt(position),
      remember: (entry, aggregate) => {
        if (aggregate) updates.remember(newsOf({ entry, aggregate, paths: pathsOf(entry.change.operations) }, documents));
      },
      failed: (error, what) => logger.error({ err: error }, what),
    });
    try {
      await projection.start();
      leases.begin();
      const isEmpty = documents.nodes('room').size === 0;
      if (!isEmpty && options.isRoomChosen)
        logger.warn('--room is not read: there are rooms already. Publish it (foyer publish), or serve it alone (--memory)');
      if (isEmpty && options.firstRoom !== undefined && existsSync(options.firstRoom)) {
        const url = pathToFileURL(options.firstRoom).href;
        await publishRoom(importRoom('room/lounge', url, readJson(options.firstRoom, url)), append, documents);
      }
    } catch (error) {
      presence.close();
      leases.close();
      updates.close();
      await projection.close();
      await log.close();
      await options.closed?.();
      throw error;
    }
    const expiry = new GuestExpiry({ documents, append, clock, now });
    const tokens = new Tokens({
      secret: options.secret,
      ...(options.jwks === undefined ? {} : { jwks: options.jwks }),
      now,
      roomOf: url => (url.startsWith(addresses.base) ? roomAt(url.slice(addresses.base.length)) : undefined),
    });
    const allowedOrigins = options.allowedOrigins ?? [];
    const check = new CheckRequest({
      addresses,
      documents,
      linkOrigins: new Set(options.linkOrigins ?? []),
      hasResource: name => resources.has(name),
    });
    const compose = new Compose(documents, render);
    const context: ServerContext = {
      version: options.version,
      addresses,
      log,
      documents,
      responses: new Responses(documents, compose),
      append,
      writes: new Writes({
        append,
        check,
        addresses,
        capacity,
        now,
        tellIntent: (room, path, data) => presence.tell(room, path, data),
        readIntent: (room, path) => intents.get(room, path),
      }),
      updates,
      intents,
      rights: new Rights(documents, options.authorize),
      tokens,
      sessions: new Sessions({
        tokens,
        ownOrigin: () => new URL(addresses.base).origin,
        allowedOrigins: new Set(allowedOrigins),
      }),
      guests: new Guests(documents, append, random, options.guestRole),
      resources,
      now,
    };
    const draining = { value: false };
    const app = await createApp({
      context,
      logger,
      allowedOrigins,
      limits: options.limits ?? defaultLimits,
      trustProxy: options.trustProxy ?? false,
      monotonic: () => clock.now(),
      isDraining: () => draining.value,
      ...(options.tls ? { tls: options.tls } : {}),
    });
    app.addHook('onClose', async () => expiry.close());
    await resourceRoutes(app, context);
    const { snapshots } = options;
    if (snapshots) {
      snapshotRoutes(app, context, compose, snapshots);
      app.addHook('onClose', async () => snapshots.close());
    }
    if (options.site !== undefined) await siteRoutes(app, context, options.site);
    return new RoomServer(app, context, projection, leases, presence, draining, options.closed);
  }

  /** @returns the URL that it listens at. */
  async listen(port: number, host: string): Promise<string> {
    return this.app.listen({ port, host });
  }

  /** Ends streams, waits for requests, writes a checkpoint and closes the log. Calling it twice is harmless. */
  async close(): Promise<void> {
    if (this.#draining.value) return;
    this.#draining.value = true;
    this.#presence.close();
    this.#leases.close();
    this.context.updates.close();
    this.context.intents.close();
    await this.app.close();
    await this.#projection.close();
    await this.#projection.checkpoint().catch(() => {});
    await this.context.log.close();
    await this.#closed();
  }
}

function roomAt(path: string): string | undefined {
  const address = parsePath(path);
  return address?.type === 'document' && address.kind === 'room' ? address.aggregate : undefined;
}

/** @throws FormatError for what is no JSON. */
function readJson(file: string, url: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new FormatError(`not JSON (${(cause as Error).message})`, { url, cause });
  }
}

/** Paths that operations touch, without the aggregate as it was then. */
function pathsOf(operations: readonly object[]): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const operation of operations as readonly Record<string, unknown>[]) {
    const path = operation.put ?? operation.drop;
    if (typeof path === 'string') paths.add(path).add(path.split('/')[0]);
    else if (typeof operation.clear === 'string') paths.add(operation.clear);
    else if ('node' in operation || 'delete' in operation) paths.add('');
  }
  return paths;
}

/** Finds a free port. */
export function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
