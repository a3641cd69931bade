import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import { seededRandom } from '../../src/core/random.ts';
import { defaultLimits } from '../../src/server/http/app.ts';
import { MemoryLog } from '../../src/server/log/memory-log.ts';
import { RoomServer, type RoomServerOptions } from '../../src/server/room-server.ts';
import { VirtualClock } from '../virtual-clock.ts';

/** A server on virtual time with the lounge in memory, and clients of it that know only the contract. */

export const BASE = 'https://rooms.test';
export const LOUNGE = join(import.meta.dirname, '../../public/rooms/lounge/room.json');

export interface Document {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly relations?: Readonly<Record<string, string>>;
  readonly updates?: string;
  readonly nodes?: readonly string[];
  readonly edges?: readonly string[];
  readonly next?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: Readonly<Record<string, unknown>> & { readonly denormalized?: Readonly<Record<string, Document>> };
  /** The document that was asked for. */
  readonly document: Document;
}

export class TestServer {
  readonly clock = new VirtualClock();
  readonly log: MemoryLog;
  readonly server: RoomServer;
  /** Wall clock, ms since 1970. */
  static readonly now = Date.UTC(2026, 10, 28);

  private constructor(server: RoomServer, log: MemoryLog, clock: VirtualClock) {
    this.server = server;
    this.log = log;
    this.clock = clock;
  }

  static async start(options: Partial<RoomServerOptions> = {}): Promise<TestServer> {
    const log = new MemoryLog();
    const clock = new VirtualClock();
    const server = await RoomServer.create({
      log,
      clock,
      firstRoom: LOUNGE,
      secret: new Uint8Array(32).fill(7),
      publicUrl: BASE,
      logger: pino({ level: 'silent' }),
      version: '1.2.3',
      random: seededRandom(1),
      now: () => TestServer.now + clock.now(),
      // A busy test machine is no overloaded server.
      limits: { ...defaultLimits, loopDelay: 0 },
      ...options,
    });
    return new TestServer(server, log, clock);
  }

  /** Somebody without a session. */
  stranger(): Client {
    return new Client(this, {});
  }

  async guest(name = 'Mira'): Promise<Client> {
    const client = this.stranger();
    const { headers } = await client.post(`${BASE}/api/session`, { data: { name } });
    return new Client(this, { cookie: headers['set-cookie'].split(';', 1)[0] });
  }

  async withRole(role: 'editor' | 'moderator'): Promise<Client> {
    const token = await this.server.context.tokens.sign({ id: `test-${role}`, name: role, role });
    return new Client(this, { authorization: `Bearer ${token}` });
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

export class Client {
  readonly #server: TestServer;
  readonly #headers: Readonly<Record<string, string>>;

  /** The session, as a header says it. */
  get cookie(): string {
    return this.#headers.cookie ?? '';
  }

  constructor(server: TestServer, headers: Readonly<Record<string, string>>) {
    this.#server = server;
    this.#headers = headers;
  }

  async request(
    method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    headers: Readonly<Record<string, string>> = {},
    body?: unknown,
  ): Promise<Answer> {
    const options: InjectOptions = { method, url: url.replace(BASE, ''), headers: { ...this.#headers, ...headers } };
    if (body !== undefined) options.payload = body as object;
    const response = await this.#server.server.app.inject(options);
    const json = /json/.test(String(response.headers['content-type'])) && response.body !== '' ? response.json() : {};
    return {
      status: response.statusCode,
      headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
      json,
      document: json.denormalized?.[json.id] ?? {},
    };
  }

  get(url: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.request('GET', url, headers);
  }

  post(url: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.request('POST', url, headers, body);
  }

  delete(url: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.request('DELETE', url, headers);
  }

  /** Links of the entry point. */
  async entry(): Promise<Readonly<Record<string, string>>> {
    return (await this.get(`${BASE}/api`)).document.relations ?? {};
  }

  /** The lounge: its URL, and the answer to GET of it. */
  async lounge(): Promise<{ readonly url: string; readonly answer: Answer; readonly links: Readonly<Record<string, string>> }> {
    const { rooms } = await this.entry();
    const [url] = (await this.get(rooms)).document.nodes ?? [];
    const answer = await this.get(url);
    return { url, answer, links: answer.document.relations ?? {} };
  }

  /** Enters the lounge. @returns the answer. */
  async enter(data: object = { position: [0, 0, 0] }): Promise<Answer> {
    const { me } = await this.entry();
    const { links } = await this.lounge();
    return this.post(links.avatars, { relations: { ref: me }, data });
  }
}
