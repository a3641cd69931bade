import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '../..');

/** A real `foyer serve` in a process of its own, in memory, with the lounge as its room and the built site. */
export class LiveServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  /** @param more - arguments of `foyer serve`. @param given - folder of the built site; in a test, that which tests built. */
  static async start(more: readonly string[] = [], given?: string): Promise<LiveServer> {
    const site = given ?? (await import('vitest')).inject('site');
    const args = ['src/cli/main.ts', 'serve', '--port', '0', '--memory', '--json', '--site', site, '--log-level', 'warn'];
    const room = ['--room', resolve(root, 'public/rooms/lounge/room.json')];
    const started = spawn(process.execPath, ['--import', 'tsx', ...args, ...room, ...more], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: started.stdout });
    for await (const line of lines) {
      if (line.startsWith('{')) return new LiveServer(started, (JSON.parse(line) as { url: string }).url);
    }
    throw new Error('foyer serve ended before it listened');
  }

  /** The viewer's page with the first room of the server. @param query - more parameters: `&quality=low`. */
  async page(query = ''): Promise<string> {
    const rooms = (await (await fetch(`${this.url}/api/rooms`)).json()) as { denormalized: Record<string, { nodes?: string[] }> };
    const [room] = Object.values(rooms.denormalized).flatMap(({ nodes }) => nodes ?? []);
    return `${this.url}/?room=${encodeURIComponent(room)}${query}`;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = new Promise(done => this.#process.once('exit', done));
    this.#process.kill('SIGTERM');
    await ended;
  }
}
