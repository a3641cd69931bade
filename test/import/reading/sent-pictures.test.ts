import { describe, expect, it } from 'vitest';
import type { ImportedModel } from '../../../src/import/model/imported-model.ts';
import { PictureReceiver, PictureSender } from '../../../src/import/reading/sent-pictures.ts';

const texture = (slot: string, rgba: Uint8Array) => ({ slot, width: 1, height: 1, rgba });
const read = { bytes: 1, warnings: [] };
const product = (name: string, ...rgba: Uint8Array[]) => ({
  name,
  parts: [],
  textures: rgba.map((pixels, i) => texture(`slot ${i}`, pixels)),
});

describe('pictures between threads', () => {
  it('lie in shared memory, and are the same object in every model', () => {
    const [wood, stone] = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6, 7, 8)];
    const figure = { name: 'figure', clips: [], outfit: [{ product: product('coat', stone, wood) }] } as unknown;
    const models = [
      { ...read, name: 'chair', product: product('chair', wood, wood) },
      { ...read, name: 'figure', avatar: figure },
      { ...read, name: 'steps', clips: [] },
      { ...read, name: 'table', product: product('table', stone) },
    ] as ImportedModel[];
    const [sender, receiver] = [new PictureSender(), new PictureReceiver()];
    const sent = models.map(model => structuredClone(sender.send(model)));
    expect(sent.map(({ pictures }) => pictures)).toEqual([[1, 1], [2, 1], [], [2]]);
    expect(sent[0].model.product?.textures[0].rgba.buffer).toBeInstanceOf(SharedArrayBuffer);
    const received = sent.map(model => receiver.receive(model));
    expect(received).toEqual(models);
    expect(received[3].product?.textures[0].rgba).toBe(received[1].avatar?.outfit[0].product.textures[0].rgba);
  });
});
