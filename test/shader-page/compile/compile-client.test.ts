import { beforeEach, describe, expect, it } from 'vitest';
import { CompileClient } from '../../../src/shader-page/compile/compile-client.ts';
import type { CompileAnswer, Compiled, CompileRequest } from '../../../src/shader-page/compile/compiled.ts';
import { VirtualClock } from '../../virtual-clock.ts';

class FakeWorker {
  onmessage: ((event: { data: CompileAnswer }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  readonly asked: CompileRequest[] = [];
  terminated = false;
  postMessage(request: CompileRequest): void {
    this.asked.push(request);
  }
  terminate(): void {
    this.terminated = true;
  }
  compiled(slots: number): void {
    this.onmessage?.({ data: { id: this.asked.at(-1)!.id, kind: 'compiled', compiled: { slots } as Compiled } });
  }
  hints(): void {
    this.onmessage?.({ data: { id: this.asked.at(-1)!.id, kind: 'hints', hints: [] } });
  }
}

describe('CompileClient', () => {
  let workers: FakeWorker[];
  let clock: VirtualClock;
  let heard: string[];
  let client: CompileClient;

  beforeEach(() => {
    workers = [];
    clock = new VirtualClock();
    heard = [];
    client = new CompileClient({
      createWorker: () => {
        workers.push(new FakeWorker());
        return workers.at(-1) as unknown as Worker;
      },
      clock,
      events: {
        compiled: c => heard.push(`${c.slots} slots`),
        usage: () => 0,
        hints: () => heard.push('hints'),
        failed: message => heard.push(message),
      },
    });
  });

  it('keeps only the newest source while one compiles', () => {
    for (const source of ['a', 'ab', 'abc']) client.compile(source, 'vertex', 'vs_2_0');
    workers[0].compiled(1);
    expect(workers[0].asked.map(r => r.source)).toEqual(['a', 'abc']);
    workers[0].compiled(3);
    workers[0].hints();
    expect(heard).toEqual(['1 slots', '3 slots', 'hints']);
  });

  it('does not show hints of an old source', () => {
    client.compile('a', 'vertex', 'vs_2_0');
    workers[0].compiled(1);
    client.compile('ab', 'vertex', 'vs_2_0');
    workers[0].onmessage?.({ data: { id: 1, kind: 'hints', hints: [] } });
    expect(heard).toEqual(['1 slots']);
    expect(workers[0].asked.map(r => r.source)).toEqual(['a', 'ab']);
  });

  it('compiles a new source without waiting for the search for hints', async () => {
    client.compile('a', 'vertex', 'vs_2_0');
    workers[0].compiled(1);
    await clock.advance(10_000); // a long search for hints is no hang
    client.compile('ab', 'vertex', 'vs_2_0');
    workers[0].compiled(2);
    workers[0].hints();
    expect(heard).toEqual(['1 slots', '2 slots', 'hints']);
    expect(workers).toHaveLength(1);
  });

  it('terminates a hanging worker and compiles the next source in a new one', async () => {
    client.compile('while', 'fragment', 'ps_2_0');
    await clock.advance(2_500);
    expect(heard).toEqual(['the compiler did not come to an end within 2.5 s']);
    expect(workers[0].terminated).toBe(true);
    client.compile('ok', 'fragment', 'ps_2_0');
    workers[1].compiled(2);
    workers[1].hints();
    await clock.advance(10_000);
    expect(heard.slice(1)).toEqual(['2 slots', 'hints']);
  });

  it('reports a worker that cannot be loaded', () => {
    client.compile('a', 'vertex', 'vs_2_0');
    workers[0].onerror?.({ message: '' });
    expect(heard).toEqual(['the compiler could not be loaded']);
  });

  it('dispose terminates the worker and its timer', () => {
    client.compile('a', 'vertex', 'vs_2_0');
    client.dispose();
    expect(workers[0].terminated).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
