import { expect, it } from 'vitest';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import { preparePart } from '../../../src/assets/meshes/prepare-part.ts';
import { Geometries } from '../../../src/render/geometry/geometries.ts';
import { MeshUpload } from '../../../src/render/geometry/mesh-upload.ts';
import { createPartMesh } from '../../../src/render/geometry/part-mesh.ts';
import type { Capabilities, Extensions } from '../../../src/render/gl/context.ts';
import { Programs } from '../../../src/render/gl/programs.ts';
import { VirtualClock } from '../../virtual-clock.ts';

const mesh = () =>
  createPartMesh(
    preparePart({
      material: plainMaterial({ name: 'box' }),
      levels: [
        {
          index: Uint16Array.of(0, 1, 2),
          error: 0,
          attributes: { POSITION: { array: new Float32Array(9), itemSize: 3, normalized: false } },
        },
      ],
      transform: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1),
      skin: undefined,
      morphTargets: [],
      bounds: { min: [0, 0, 0], max: [1, 1, 1] },
    }),
  );

it('finishes after the context was lost and restored between two steps', async () => {
  const gl = new Proxy({}, { get: () => () => ({}) }) as WebGLRenderingContext;
  const clock = new VirtualClock();
  const extensions = { vao: null, parallelCompile: null } as Extensions;
  const programs = new Programs(gl, extensions, clock);
  const geometries = new Geometries(gl, {} as Capabilities, extensions);
  const surroundings = () => ({ fog: false, instancing: false, pictures: false });
  const job = new MeshUpload([mesh()], { geometries, programs, surroundings, idle: () => false });
  job.step();
  expect(job.done).toBe(false);
  programs.forget();
  geometries.forget({} as Capabilities);
  for (let i = 0; i < 5; i++) {
    job.step();
    await clock.advance(20);
  }
  expect(job.done).toBe(true);
  expect(programs.count).toBe(1);
});

it('uploads the vertices of all parts and levels by one call, their indices by another, and frees both', () => {
  const calls: string[] = [];
  let sent = 0;
  const gl = new Proxy({ ARRAY_BUFFER: 1, ELEMENT_ARRAY_BUFFER: 2 } as Record<string, unknown>, {
    get: (constants, name: string) =>
      name in constants
        ? constants[name]
        : (_: unknown, data: Uint8Array) => {
            calls.push(name);
            if (name === 'bufferData') sent += data.byteLength;
            return {};
          },
  }) as unknown as WebGLRenderingContext;
  const extensions = { vao: null, parallelCompile: null } as Extensions;
  const geometries = new Geometries(gl, {} as Capabilities, extensions);
  const of = (name: string) => calls.filter(call => call === name).length;
  const [one, two] = [mesh(), mesh()].map(({ geometry }) => geometry);
  geometries.uploadTogether([one, two]);
  expect(of('bufferData')).toBe(2);
  // Nine floats and three indices of two bytes.
  expect(sent).toBe(2 * (36 + 6));
  expect(geometries.bytes).toBe(sent);
  expect(geometries.get(two).bindings[0].buffer.offset).toBe(36);
  // A face that moves: only its own part of the buffer.
  one.attributes.position.needsUpdate = true;
  geometries.bind(geometries.get(one));
  expect([of('bufferData'), of('bufferSubData')]).toEqual([2, 1]);
  one.dispose();
  expect(of('deleteBuffer')).toBe(0);
  two.dispose();
  expect([of('deleteBuffer'), geometries.bytes]).toEqual([2, 0]);
});
