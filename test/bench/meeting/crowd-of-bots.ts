import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Deed } from './bot.ts';

/** The bots of `bots.ts`, in a process of their own. */
export class CrowdOfBots {
  readonly #process: ChildProcess;

  readonly #lines: Interface;

  private constructor(process: ChildProcess, lines: Interface) {
    this.#process = process;
    this.#lines = lines;
  }

  /**
   * Resolves when all are in the room.
   * @param rate - deeds a second. @param deeds - what they do; default everything.
   * @throws Error where the process ends before that.
   */
  static async enter(
    server: string,
    room: string,
    count: number,
    rate: number,
    deeds: readonly Deed[] = [],
  ): Promise<CrowdOfBots> {
    const args = ['--import', 'tsx', 'test/bench/meeting/bots.ts', server, room, String(count), String(rate), '7', ...deeds];
    const bots = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: bots.stdout });
    const ended = new Promise<never>((_, fail) => bots.once('exit', code => fail(new Error(`the bots ended with ${code}`))));
    const ready = new Promise<void>(done => lines.once('line', () => done()));
    await Promise.race([ready, ended]);
    ended.catch(() => {});
    return new CrowdOfBots(bots, lines);
  }

  /** @param rate - deeds a second from now on; 0: everybody stands. */
  set rate(rate: number) {
    this.#process.stdin?.write(`rate ${rate}\n`);
  }

  /** Everybody stops, and who is out comes in: what a page holds can be compared only with as many people in the room. */
  gather(): Promise<void> {
    this.rate = 0;
    return this.#gathered('gather');
  }

  /** So many deeds at a rate, then as `gather`. */
  do(deeds: number, rate: number): Promise<void> {
    this.rate = rate;
    return this.#gathered(`do ${deeds}`);
  }

  async #gathered(order: string): Promise<void> {
    const gathered = new Promise<void>(done => {
      this.#lines.on('line', line => line === 'gathered' && done());
    });
    this.#process.stdin?.write(`${order}\n`);
    await gathered;
    this.#lines.removeAllListeners('line');
  }

  leave(): void {
    this.#lines.on('line', line => console.log(line));
    this.#process.kill('SIGTERM');
  }
}
