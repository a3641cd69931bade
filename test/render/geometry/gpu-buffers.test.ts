import { BufferAttribute } from 'three';
import { expect, it } from 'vitest';
import { type GpuBuffer, GpuBuffers } from '../../../src/render/geometry/gpu-buffers.ts';

/** Notes what is uploaded. */
function fakeGl(uploads: Uint8Array[]): WebGLRenderingContext {
  return {
    createBuffer: () => ({}),
    bindBuffer: () => {},
    bufferData: (_target: number, bytes: Uint8Array) => uploads.push(bytes),
  } as unknown as WebGLRenderingContext;
}

function sent(...sources: BufferAttribute[]): { uploads: Uint8Array[]; offsets: number[]; bytes: number } {
  const uploads: Uint8Array[] = [];
  const buffers = new GpuBuffers(fakeGl(uploads));
  const taken = new Map<BufferAttribute, GpuBuffer>(sources.map(source => [source, buffers.take(source)]));
  buffers.pack(34962, taken);
  for (const [source, buffer] of taken) if (buffer.version !== source.version) buffers.send(34962, source, buffer);
  return { uploads, offsets: sources.map(s => taken.get(s)?.offset ?? -1), bytes: buffers.bytes };
}

it('uploads arrays that lie together as they are', () => {
  const { buffer } = new Uint8Array(40);
  const floats = new BufferAttribute(new Float32Array(buffer, 8, 4), 2);
  const bytes = new BufferAttribute(new Uint8Array(buffer, 24, 8), 4);
  const { uploads, offsets, bytes: total } = sent(floats, bytes);
  expect(uploads.map(u => [u.buffer === buffer, u.byteOffset, u.byteLength])).toEqual([[true, 8, 24]]);
  expect(offsets).toEqual([0, 16]);
  expect(total).toBe(24);
});

it('copies arrays that lie apart, the largest numbers first', () => {
  const { buffer } = new Uint8Array(40);
  const apart = sent(new BufferAttribute(new Uint8Array([1, 2, 3, 4]), 4), new BufferAttribute(new Float32Array([1]), 1));
  expect(apart.offsets).toEqual([4, 0]);
  expect([...apart.uploads[0]]).toEqual([0, 0, 0x80, 0x3f, 1, 2, 3, 4]);
  // A gap is not uploaded, and a float may not begin between two numbers.
  const gap = sent(new BufferAttribute(new Uint8Array(buffer, 0, 4), 4), new BufferAttribute(new Uint8Array(buffer, 8, 4), 4));
  expect(gap.uploads[0].byteLength).toBe(8);
  const odd = sent(new BufferAttribute(new Uint8Array(buffer, 2, 2), 1), new BufferAttribute(new Float32Array(buffer, 4, 1), 1));
  expect(odd.offsets).toEqual([4, 0]);
});

it('uploads what an attribute has now, after a lost context', () => {
  const uploads: Uint8Array[] = [];
  const buffers = new GpuBuffers(fakeGl(uploads));
  const { buffer } = new Uint8Array(8);
  const sources = [0, 4].map(at => new BufferAttribute(new Uint8Array(buffer, at, 4), 4));
  const taken = new Map<BufferAttribute, GpuBuffer>(sources.map(source => [source, buffers.take(source)]));
  buffers.pack(34962, taken);
  buffers.forget();
  sources[1].array = Uint8Array.of(1, 2, 3, 4);
  for (const [source, packed] of taken) if (packed.version !== source.version) buffers.send(34962, source, packed);
  expect(uploads.map(bytes => [...bytes])).toEqual([[0, 0, 0, 0, 1, 2, 3, 4]]);
});
