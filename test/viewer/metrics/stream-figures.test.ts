import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../src/core/emitter.ts';
import type { DownloadState } from '../../../src/net/queue/download-state.ts';
import { CRITICAL, CRITICAL_VISIBLE, DOCUMENT, HIGH } from '../../../src/net/queue/priority.ts';
import { QualityIntegral } from '../../../src/viewer/metrics/quality-integral.ts';
import { StreamFigures } from '../../../src/viewer/metrics/stream-figures.ts';
import { BASE, contentOf, setup } from '../../net/setup.ts';

/** A queue that a test speaks for. */
class FakeQueue {
  readonly events = new Emitter<{ change: DownloadState }>();
  readonly #downloads = new Map<number, DownloadState>();
  now = 0;

  snapshot(): DownloadState[] {
    return [...this.#downloads.values()].filter(({ state }) => state !== 'done' && state !== 'failed' && state !== 'aborted');
  }

  becomes(id: number, state: DownloadState['state'], more: Partial<DownloadState> = {}): void {
    const before = this.#downloads.get(id);
    const defaults = {
      url: `https://a.example/${id}`,
      class: HIGH,
      utility: 0,
      bytes: 100,
      received: 0,
      from: undefined,
      attempts: 1,
    };
    const next = { id, ...defaults, ...before, ...more, state };
    this.#downloads.set(id, next);
    this.events.emit('change', next);
  }
}

describe('StreamFigures', () => {
  it('counts what came by class, from a real queue', async () => {
    const urls = ['room.json', 'a.glb', 'b.ktx2'].map(name => new URL(name, BASE).href);
    const { clock, queue } = setup(Object.fromEntries(urls.map((url, i) => [url, contentOf(`${i}`, 1000 * (i + 1))])));
    const figures = new StreamFigures(queue);
    const classes = [DOCUMENT, CRITICAL_VISIBLE, HIGH];
    for (const [i, url] of urls.entries()) queue.load({ url, priority: { class: classes[i], utility: 1 } });
    queue.load({ url: `${BASE}missing`, priority: { class: HIGH, utility: 1 } }).done.catch(() => {});
    await clock.run();
    expect(figures.classes.map(({ name, count, bytes, failed }) => [name, count, bytes, failed])).toEqual([
      ['documents', 1, 1000, 0],
      ['critical-visible', 1, 2000, 0],
      ['critical', 0, 0, 0],
      ['high', 1, 3000, 1],
    ]);
    const [documents, , critical] = figures.classes;
    expect(documents.endedAt).toBeGreaterThan(documents.startedAt ?? 0);
    expect(critical.startedAt).toBeUndefined();
    expect(figures.inversions).toBe(0);
    expect(figures.busyMs).toBeGreaterThan(0);
  });

  it('calls it an inversion when a transfer begins while a more urgent one of its origin waits to', () => {
    const queue = new FakeQueue();
    const figures = new StreamFigures(queue);
    queue.becomes(1, 'waiting', { class: CRITICAL });
    queue.becomes(2, 'waiting');
    queue.becomes(2, 'network');
    expect(figures.inversions).toBe(1);
    queue.becomes(3, 'network', { url: 'https://mirror.example/3' });
    queue.becomes(1, 'network');
    queue.becomes(4, 'network');
    // One that was cut and goes on later began before.
    queue.becomes(5, 'waiting', { class: CRITICAL });
    queue.becomes(6, 'network', { attempts: 2 });
    expect(figures.inversions).toBe(1);
  });

  it('measures the time in which anything was on its way, not the pauses', () => {
    const queue = new FakeQueue();
    const figures = new StreamFigures(queue);
    const at = (now: number, id: number, state: DownloadState['state']) => {
      queue.now = now;
      queue.becomes(id, state);
    };
    at(100, 1, 'network');
    at(150, 2, 'network');
    at(200, 1, 'done');
    at(300, 2, 'retrying');
    at(900, 2, 'network');
    queue.now = 950;
    expect(figures.busyMs).toBe(250);
    figures.dispose();
    at(5000, 3, 'network');
    expect([figures.busyMs, figures.classes[3].count]).toEqual([250, 1]);
  });
});

it('the integral of 1 - quality', () => {
  const unseen = new QualityIntegral(1000);
  unseen.note(3000, 0.5); // two seconds of nothing
  unseen.note(7000, 1); // four with low textures
  expect([unseen.at(7000), unseen.at(60_000)]).toEqual([4000, 4000]);
});
