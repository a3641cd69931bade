import { afterEach, expect, it, vi } from 'vitest';
import { DownloadQueue } from '../../../src/net/queue/download-queue.ts';
import { ViewerAttributes } from '../../../src/viewer/element/viewer-attributes.ts';
import { VirtualClock } from '../../virtual-clock.ts';

afterEach(() => vi.unstubAllGlobals());

it('figures go to the collector that is named now; what is left goes to the former one', async () => {
  const sent: string[] = [];
  vi.stubGlobal('navigator', { sendBeacon: (url: string) => sent.push(url) > 0 });
  vi.stubGlobal('document', { addEventListener() {}, removeEventListener() {}, baseURI: 'https://example.org/' });
  const clock = new VirtualClock();
  const queue = new DownloadQueue({ clock, base: 'https://example.org/', timings: () => () => {} });
  await clock.advance(120_000);
  expect(sent).toEqual([]);
  const attributes = { getAttribute: (name: string) => (name === 'collector' ? '/figures' : null), hasAttribute: () => true };
  queue.collector = new ViewerAttributes(attributes).collector;
  expect(queue.collector).toBe('https://example.org/figures');
  await import('../../../src/net/metrics/metrics-beacon.ts');
  await clock.advance(60_000);
  expect(sent).toEqual(['https://example.org/figures']);
  queue.collector = undefined;
  await clock.advance(120_000);
  expect(clock.pending).toBe(0);
  expect(sent).toHaveLength(1);
  queue.dispose();
});
