import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** `foyer serve` as a process of its own. */

const root = join(import.meta.dirname, '../..');

export interface ServeOptions {
  readonly data: string;
  /** Further arguments. */
  readonly arguments?: readonly string[];
  readonly port?: number;
  /** True for the built command, `dist/cli.js`: what users run. */
  readonly built?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export class ServerProcess {
  readonly url: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  /** What it logged, the last lines. */
  readonly log: string[];

  private constructor(url: string, child: ChildProcess, log: string[]) {
    this.url = url;
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.log = log;
  }

  static async start({ data, arguments: more = [], port = 0, built = false, env = {} }: ServeOptions): Promise<ServerProcess> {
    const entry = built ? [join(root, 'dist/cli.js')] : ['--import', 'tsx', join(root, 'src/cli/main.ts')];
    const args = [...entry, 'serve', '--port', String(port), '--data', data, '--json', '--log-level', 'warn', ...more];
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const log: string[] = [];
    createInterface({ input: child.stderr }).on('line', line => {
      log.push(line);
      if (log.length > 200) log.shift();
    });
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', line => resolve(JSON.parse(line).url));
      child.once('exit', code => reject(new Error(`foyer serve ended with ${code}: ${log.join('\n')}`)));
    });
    return new ServerProcess(url, child, log);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Resident memory, bytes. */
  get rss(): number {
    const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8')) ?? [];
    return Number(kib) * 1024;
  }

  /** CPU time used so far, seconds. */
  get cpu(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && existsSync(`/proc/${this.pid}`);
  }

  /** Sends the signal, and waits for the end. */
  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<number | null> {
    if (!this.isRunning) return this.#child.exitCode;
    const ended = new Promise<number | null>(resolve => this.#child.once('exit', resolve));
    this.#child.kill(signal);
    return ended;
  }

  /** Stops and continues without ending it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }
}
