import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RenderRequest } from './page-pool.ts';
import type { WorkerReply } from './snapshot-worker.ts';

/** Runs the drawing process. It starts when it is first needed, and again after it ended. */
export class WorkerProcess {
  #child: ChildProcess | undefined;
  #next = 0;
  readonly #waiting = new Map<number, { resolve(bytes: Uint8Array): void; reject(error: Error): void }>();

  render(request: RenderRequest): Promise<Uint8Array> {
    const child = (this.#child ??= this.#start());
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      child.send({ id, request });
    });
  }

  #start(): ChildProcess {
    const isSource = import.meta.url.endsWith('.ts');
    const entry = fileURLToPath(new URL(isSource ? './snapshot-worker.ts' : './snapshot-worker.js', import.meta.url));
    const child = fork(entry, [], {
      serialization: 'advanced',
      execArgv: isSource ? ['--import', 'tsx'] : [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', ({ id, bytes, error }: WorkerReply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (bytes) waiting?.resolve(bytes);
      else waiting?.reject(new Error(error));
    });
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
      for (const { reject } of this.#waiting.values()) reject(new Error('the process that draws has ended'));
      this.#waiting.clear();
    });
    child.once('error', () => child.kill());
    return child;
  }

  /** Id of the running process, for tests that kill it. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  close(): void {
    this.#child?.disconnect();
    this.#child = undefined;
  }
}
