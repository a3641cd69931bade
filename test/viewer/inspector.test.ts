import { expect, it } from 'vitest';
import { HIGH } from '../../src/net/priority.ts';
import { rowLabel, summary } from '../../src/viewer/inspector.ts';
import { BASE, contentOf, setup } from '../net/setup.ts';

it('the inspector tells the path and each resource in words', async () => {
  const url = new URL('resources/sofa.ktx2', BASE).href;
  const { clock, queue } = setup({ [url]: contentOf('a', 120 * 1024) });
  expect(summary(queue)).toContain('? Mbit/s');
  queue.load({ url, bytes: 120 * 1024, priority: { class: HIGH, utility: 0.34 } });
  await clock.run();
  expect(rowLabel(queue.log.entries[0])).toMatch(/^3 0\.34 +sofa\.ktx2 +120 KB done network$/);
  expect(summary(queue)).toMatch(/8\.\d Mbit\/s.* h2 .*\nnetwork 120 KB in 1 requests/);
});
