import { expect, it } from 'vitest';
import { UploadGovernor } from '../../../src/assets/memory/upload-governor.ts';
import { HIGH } from '../../../src/net/queue/priority.ts';
import { rowText } from '../../../src/viewer/inspector/inspector-rows.ts';
import { summary } from '../../../src/viewer/inspector/inspector-summary.ts';
import { BASE, contentOf, setup } from '../../net/setup.ts';
import { plainWords } from '../strings/plain-words.ts';

it('the inspector tells the way, the uploads, memory and each resource in words', async () => {
  const url = new URL('resources/sofa.ktx2', BASE).href;
  const { clock, queue } = setup({ [url]: contentOf('a', 120 * 1024) });
  const governor = new UploadGovernor({ clock });
  const memory = { gpu: 10 * 2 ** 20, cpu: 2 * 2 ** 20, limit: 64 * 2 ** 20 };
  const resources = { queue, governor, memory, decoder: { pending: 3, mode: 'workers' as const } };
  expect(summary(resources, 0, plainWords)).toContain('Mbit/s');
  queue.load({ url, bytes: 120 * 1024, priority: { class: HIGH, utility: 0.34 } });
  await clock.run();
  const [entry] = queue.log.entries;
  expect(rowText(entry, plainWords)).toEqual({
    class: 'high',
    name: 'sofa.ktx2',
    priority: '0.34',
    bytes: '120 KB',
    state: 'done',
    origin: 'network',
  });
  // Its bytes are there; the room goes on with it.
  expect([
    rowText(entry, plainWords, 'loading').state,
    rowText(entry, plainWords, 'decoded').state,
    rowText(entry, plainWords, 'on-gpu').state,
  ]).toEqual(['decode', 'upload', 'done']);
  expect(rowText({ ...entry, state: 'cache', from: 'cache', attempts: 3 }, plainWords)).toMatchObject({
    state: 'disk',
    origin: 'cache x3',
  });
  const lines = summary(resources, 7, plainWords).split('\n');
  expect(lines[0]).toMatch(/\d\.\d Mbit\/s .* h2 /);
  expect(lines[1]).toContain('network 120 KB in 1 requests');
  expect(lines[2]).toContain('decoding 3 (workers)   uploading 0');
  expect(lines[3]).toBe('memory 12.0 MB of 64.0 MB   GPU 10.0 MB   page 2.0 MB   7 textures held back');
});
