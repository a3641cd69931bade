import { expect, it } from 'vitest';
import { UploadGovernor } from '../../../src/assets/memory/upload-governor.ts';
import { ResourcePreparation } from '../../../src/room/resources/resource-preparation.ts';
import type { RoomResource } from '../../../src/room/resources/room-resource.ts';
import { VirtualClock } from '../../virtual-clock.ts';

it('leaves no unhandled rejection where a viewer is removed between decoding and upload', async () => {
  const uploads = new UploadGovernor({ clock: new VirtualClock() });
  const job = { done: false, step: () => 0 };
  const ports = {
    decoder: { mesh: async () => ({ parts: [] }) },
    gpu: { createMeshJob: () => job },
    uploads,
  } as unknown as ConstructorParameters<typeof ResourcePreparation>[0];
  const resource = { info: { kind: 'mesh', url: 'https://a.example/chair' }, priority: { class: 1, utility: 1 } };
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  const signal = new AbortController().signal;
  const { ready } = await new ResourcePreparation(ports).prepare(resource as unknown as RoomResource, new Uint8Array(), signal);
  uploads.dispose();
  // Node tells of it once all promises have settled.
  await new Promise(resolve => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  await expect(ready).rejects.toThrow('disposed');
});
