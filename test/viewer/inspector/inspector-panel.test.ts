import { expect, it, vi } from 'vitest';
import { InspectorPanel } from '../../../src/viewer/inspector/inspector-panel.ts';
import type { Words } from '../../../src/viewer/strings/words.ts';

vi.mock('../../../src/viewer/inspector/inspector.ts', () => {
  throw new TypeError('Failed to fetch dynamically imported module');
});

it('a key that opens the inspector does nothing where its code cannot be loaded; who calls it is told', async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', onUnhandled);
  const stage = new EventTarget();
  const panel = new InspectorPanel({} as ShadowRoot, stage as HTMLElement, {} as Words, () => undefined);
  await expect(panel.toggle()).rejects.toThrow();
  stage.dispatchEvent(Object.assign(new Event('keydown'), { code: 'KeyI' }));
  for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve));
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
});
