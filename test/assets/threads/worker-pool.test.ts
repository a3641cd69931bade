import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/assets/threads/decoder.ts';
import type { DecodeAnswer, DecodeRequest } from '../../../src/assets/threads/worker-messages.ts';
import type { WorkerLike } from '../../../src/assets/threads/worker-pool.ts';
import { FormatError } from '../../../src/core/errors.ts';
import { settle, VirtualClock } from '../../virtual-clock.ts';
import { triangle } from '../make-glb.ts';

class FakeWorker implements WorkerLike {
  readonly requests: DecodeRequest[] = [];
  terminated = false;
  onmessage: ((event: MessageEvent<DecodeAnswer>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  onmessageerror: ((event: MessageEvent) => void) | null = null;

  postMessage(message: DecodeRequest) {
    if (message.job?.bytes.length === 0) throw new DOMException('detached', 'DataCloneError');
    this.requests.push(message);
  }
  terminate() {
    this.terminated = true;
  }
  say(data: DecodeAnswer) {
    this.onmessage?.({ data } as MessageEvent<DecodeAnswer>);
  }
  /** Answers what it was asked last. */
  finish(asset: unknown = { parts: [], bytes: 0 }) {
    this.say({ id: this.requests.at(-1)!.id, asset: asset as never });
  }
  breakDown() {
    this.onerror?.({ message: 'out of memory' } as ErrorEvent);
  }
}

function setup(workers: number) {
  const started: FakeWorker[] = [];
  const inline: string[] = [];
  const clock = new VirtualClock();
  const decoder = createDecoder({
    clock,
    workers,
    createWorker: () => {
      const worker = new FakeWorker();
      started.push(worker);
      return worker;
    },
    runInline: async job => {
      inline.push(job.url);
      return { parts: [], bytes: 1 } as never;
    },
  });
  return { decoder, started, inline, clock };
}

const bytes = new Uint8Array(4);

describe('the decoder', () => {
  it('starts as many workers as there is work, first come first served', async () => {
    const { decoder, started } = setup(2);
    const done: string[] = [];
    for (const url of ['a', 'b', 'c']) void decoder.mesh(bytes, url).then(() => done.push(url));
    expect(started).toHaveLength(2);
    expect(decoder.pending).toBe(3);
    started[1].finish();
    await settle();
    expect(done).toEqual(['b']);
    expect(started[1].requests.map(r => r.job.url)).toEqual(['b', 'c']);
    started[0].finish();
    started[1].finish();
    await settle();
    expect(done).toEqual(['b', 'a', 'c']);
    expect(decoder.pending).toBe(0);
  });

  it('is prepared with one worker, once, that the first job then goes to', () => {
    const { decoder, started } = setup(2);
    decoder.prepare();
    decoder.prepare();
    expect(started.map(w => w.requests.length)).toEqual([0]);
    void decoder.mesh(bytes, 'a');
    expect(started.map(w => w.requests.length)).toEqual([1]);
    setup(0).decoder.prepare();
  });

  it('starts the transcoder by a job that is no texture, and tells nobody of its failure', async () => {
    const { decoder, started } = setup(1);
    decoder.prepareTranscoder();
    await expect.poll(() => started[0]?.requests.length).toBe(1);
    const [{ id, job }] = started[0].requests;
    expect([job.type, job.transcoder?.wasm]).toEqual(['image/ktx2', expect.stringContaining('basis_transcoder.wasm')]);
    started[0].say({ id, failure: { reason: 'no KTX 2.0 file', at: 'byte 0', value: [0] } });
    await settle();
    expect(decoder.pending).toBe(0);
  });

  it('gives a worker that runs its next jobs before the answer, eight in all', async () => {
    const { decoder, started } = setup(1);
    const done: string[] = [];
    for (const url of 'abcdefghijk') void decoder.mesh(bytes, url).then(() => done.push(url));
    const sent = () => started[0].requests.map(r => r.job.url).join('');
    expect(sent()).toBe('a');
    started[0].say({ ready: true });
    expect(sent()).toBe('abcdefgh');
    started[0].say({ id: started[0].requests[1].id, asset: { parts: [], bytes: 0 } as never });
    await settle();
    expect([done, sent(), decoder.pending]).toEqual([['b'], 'abcdefghi', 10]);
  });

  it('gives it no more than a megabyte of them, or two large pictures', () => {
    const large = setup(1);
    for (const url of 'abcd') void large.decoder.mesh(new Uint8Array(512 * 1024), url);
    large.started[0].say({ ready: true });
    expect(large.started[0].requests.map(r => r.job.url)).toEqual(['a', 'b']);
    const picturesOf = (length: number) => {
      const { decoder, started } = setup(1);
      for (const url of 'abcdef') void decoder.texture(new Uint8Array(length), { url, type: 'image/webp' });
      started[0].say({ ready: true });
      return started[0].requests.map(r => r.job.url).join('');
    };
    expect([picturesOf(16 * 1024), picturesOf(1024)]).toEqual(['ab', 'abcdef']);
  });

  it('shares eight out among its workers, the next to the one that has fewest', () => {
    const { decoder, started } = setup(2);
    for (const url of 'abcdefghijk') void decoder.mesh(bytes, url);
    const sent = () => started.map(w => w.requests.map(r => r.job.url).join(''));
    started[0].say({ ready: true });
    expect(sent()).toEqual(['acde', 'b']);
    started[1].say({ ready: true });
    expect(sent()).toEqual(['acde', 'bfgh']);
    for (const { id } of started[1].requests.slice(0, 3)) started[1].say({ id, asset: { parts: [], bytes: 0 } as never });
    expect(sent()).toEqual(['acde', 'bfghijk']);
  });

  it('starts a worker for a job rather than to have it wait at hand', () => {
    const { decoder, started } = setup(2);
    void decoder.mesh(bytes, 'a');
    started[0].say({ ready: true });
    void decoder.mesh(bytes, 'b');
    expect(started.map(w => w.requests.length)).toEqual([1, 1]);
  });

  it('an abort rejects at once: waiting, running, and before the call', async () => {
    const { decoder, started } = setup(1);
    const running = new AbortController();
    const waiting = new AbortController();
    const first = decoder.mesh(bytes, 'a', running.signal);
    const second = decoder.mesh(bytes, 'b', waiting.signal);
    const third = decoder.mesh(bytes, 'c');
    waiting.abort('no longer wanted');
    await expect(second).rejects.toBe('no longer wanted');
    running.abort('left the room');
    await expect(first).rejects.toBe('left the room');
    await expect(decoder.mesh(bytes, 'd', running.signal)).rejects.toBe('left the room');
    expect(started[0].requests.map(r => r.job.url)).toEqual(['a']); // a still runs: a worker does one thing at a time
    started[0].finish();
    expect(started[0].requests.map(r => r.job.url)).toEqual(['a', 'c']);
    started[0].finish();
    await third;
  });

  it('closes a picture that comes when nobody wants it any more', async () => {
    const { decoder, started } = setup(1);
    const controller = new AbortController();
    const texture = decoder.texture(bytes, { url: 'p', type: 'image/webp' }, controller.signal);
    controller.abort();
    await expect(texture).rejects.toThrow();
    let closed = 0;
    started[0].finish({ kind: 'picture', width: 1, height: 1, image: { close: () => closed++ } });
    expect(closed).toBe(1);
  });

  it('an error keeps its class and its fields on the way', async () => {
    const { decoder, started } = setup(1);
    const mesh = decoder.mesh(bytes, 'chair.glb');
    started[0].say({ id: started[0].requests[0].id, failure: { reason: 'expected an array', at: 'nodes', value: 3 } });
    const error = await mesh.catch(e => e);
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ url: 'chair.glb', at: 'nodes', value: 3 });
  });

  it('workers that throw when they are made: the page decodes', async () => {
    const urls: string[] = [];
    const decoder = createDecoder({
      workers: 2,
      createWorker: () => {
        throw new DOMException('denied', 'SecurityError');
      },
      runInline: async job => {
        urls.push(job.url);
        return { parts: [], bytes: 1 } as never;
      },
    });
    await Promise.all([decoder.mesh(bytes, 'a'), decoder.mesh(bytes, 'b')]);
    expect(urls).toEqual(['a', 'b']);
    expect(decoder.mode).toBe('inline');
  });

  it('workers that fail before they run: the page decodes what they had', async () => {
    const { decoder, started, inline } = setup(2);
    const both = Promise.all([decoder.mesh(bytes, 'a'), decoder.mesh(bytes, 'b')]);
    started[0].breakDown();
    await both;
    expect(inline.sort()).toEqual(['a', 'b']);
    expect(started.every(w => w.terminated)).toBe(true);
  });

  it('a worker that breaks is replaced, and its job given up', async () => {
    const { decoder, started } = setup(1);
    const first = decoder.mesh(bytes, 'bomb');
    started[0].say({ ready: true });
    started[0].breakDown();
    await expect(first).rejects.toThrow('the decoder broke, got "out of memory": bomb');
    expect(started.map(w => w.terminated)).toEqual([true]);
    const second = decoder.mesh(bytes, 'b');
    expect(started).toHaveLength(2);
    started[1].finish();
    await second;
    expect(decoder.mode).toBe('workers');
  });

  it('of several jobs that a worker had when it broke, only the one that breaks it is given up', async () => {
    const { decoder, started } = setup(1);
    const jobs = ['a', 'bomb', 'c'].map(url => decoder.mesh(bytes, url));
    const outcome = Promise.allSettled(jobs);
    started[0].say({ ready: true });
    expect(started[0].requests).toHaveLength(3);
    started[0].breakDown();
    // One by one: whichever breaks a worker that has nothing else.
    started[1].say({ ready: true });
    expect(started[1].requests.map(r => r.job.url)).toEqual(['a']);
    started[1].finish();
    expect(started[1].requests.map(r => r.job.url)).toEqual(['a', 'bomb']);
    started[1].breakDown();
    started[2].say({ ready: true });
    started[2].finish();
    expect((await outcome).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(jobs[1]).rejects.toThrow('the decoder broke, got "out of memory": bomb');
    expect(decoder.pending).toBe(0);
  });

  it('a worker that is lost in a file gives it up after a minute of silence; what it had besides goes on', async () => {
    const { decoder, started, clock } = setup(1);
    const done: string[] = [];
    const jobs = ['a', 'lost', 'c'].map(url => {
      const job = decoder.mesh(bytes, url);
      void job.then(
        () => done.push(url),
        () => done.push(`no ${url}`),
      );
      return job;
    });
    started[0].say({ ready: true });
    await clock.advance(50_000);
    started[0].say({ id: started[0].requests[0].id, asset: { parts: [], bytes: 0 } as never });
    // Each answer tells that it works.
    await clock.advance(59_000);
    expect([done, started.length]).toEqual([['a'], 1]);
    await clock.advance(1_000);
    expect([started[0].terminated, started.length]).toEqual([true, 2]);
    // Alone now, to show which it was.
    started[1].say({ ready: true });
    expect(started[1].requests.map(r => r.job.url)).toEqual(['lost']);
    await clock.advance(60_000);
    await expect(jobs[1]).rejects.toThrow('the decoder broke, got "no answer for 60 s": lost');
    started[2].finish();
    await jobs[2];
    expect(clock.pending).toBe(0);
  });

  it('workers whose script never comes leave the page to decode', async () => {
    const { decoder, inline, clock } = setup(1);
    const job = decoder.mesh(bytes, 'a');
    await clock.advance(60_000);
    await job;
    expect([inline, decoder.mode]).toEqual([['a'], 'inline']);
  });

  it('bytes that were handed over to somebody else are an error of theirs, and hold no worker', async () => {
    const { decoder, started, clock } = setup(1);
    const gone = new Uint8Array(4);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    const first = decoder.mesh(bytes, 'a');
    const bad = decoder.mesh(gone, 'gone');
    const last = decoder.mesh(bytes, 'b');
    started[0].finish();
    await first;
    await expect(bad).rejects.toThrow('the bytes cannot be given to a worker: gone');
    started[0].finish();
    await last;
    expect([decoder.pending, clock.pending]).toEqual([0, 0]);
  });

  it('where one worker runs and no other starts, the one does all', async () => {
    const { decoder, started, inline } = setup(2);
    const jobs = ['a', 'b', 'c'].map(url => decoder.mesh(bytes, url));
    started[0].say({ ready: true });
    started[1].breakDown();
    expect(started).toHaveLength(2);
    for (let i = 0; i < 3; i++) {
      const { id } = started[0].requests[i];
      started[0].say({ id, asset: { parts: [], bytes: 0 } as never });
    }
    await Promise.all(jobs);
    expect(inline).toEqual([]);
  });

  it('what a worker cannot do is done in the page, one at a time, and the worker goes on', async () => {
    const { decoder, started, inline } = setup(1);
    const controller = new AbortController();
    const textures = ['a', 'b', 'c'].map(url =>
      decoder.texture(bytes, { url, type: 'image/webp' }, url === 'b' ? controller.signal : undefined),
    );
    const aborted = expect(textures[1]).rejects.toThrow();
    for (const url of ['a', 'b', 'c']) {
      const { id } = started[0].requests.find(({ job }) => job.url === url)!;
      started[0].say({ id, needsPage: true });
    }
    expect(decoder.pending).toBe(3);
    controller.abort();
    await Promise.all([textures[0], textures[2], aborted]);
    expect(inline).toEqual(['a', 'c']);
    expect(decoder.pending).toBe(0);
    expect(decoder.mode).toBe('workers');
    const left = decoder.texture(bytes, { url: 'd', type: 'image/webp' });
    started[0].say({ id: started[0].requests.at(-1)!.id, needsPage: true });
    decoder.dispose();
    await expect(left).rejects.toThrow('disposed');
  });

  it('dispose ends all, twice is harmless', async () => {
    const { decoder, started } = setup(1);
    const all = Promise.allSettled([decoder.mesh(bytes, 'a'), decoder.mesh(bytes, 'b')]);
    decoder.dispose();
    decoder.dispose();
    expect((await all).map(r => r.status)).toEqual(['rejected', 'rejected']);
    expect(started[0].terminated).toBe(true);
    await expect(decoder.mesh(bytes, 'c')).rejects.toThrow('disposed');
  });

  it('with no workers at all decodes for real', async () => {
    const decoder = createDecoder({ workers: 0 });
    const mesh = await decoder.mesh(triangle(), 't.glb');
    expect(mesh.parts).toHaveLength(1);
    await expect(decoder.skeleton(bytes, 'bad.glb')).rejects.toThrow(FormatError);
  });
});
