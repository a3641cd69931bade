import { BufferAttribute, BufferGeometry, InterleavedBuffer, InterleavedBufferAttribute, Mesh, Scene } from 'three';
import { describe, expect, it } from 'vitest';
import { DrawList } from '../../src/render/frame/draw-list.ts';
import { Geometries } from '../../src/render/geometry/geometries.ts';
import type { PartData } from '../../src/render/geometry/part-mesh.ts';
import type { Capabilities, Extensions } from '../../src/render/gl/context.ts';
import { ContactShadows } from '../../src/render/materials/contact-shadows.ts';

const gl = new Proxy({}, { get: () => () => ({}) }) as WebGLRenderingContext;

/** A triangle with one change. */
function triangle(change: (geometry: BufferGeometry) => void): BufferGeometry {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(9), 3));
  geometry.setIndex([0, 1, 2]);
  change(geometry);
  return geometry;
}

it('indices are converted again if a restored context supports other types', () => {
  const geometries = new Geometries(gl, { uintIndex: true } as Capabilities, { vao: null } as Extensions);
  const geometry = triangle(g => {
    g.setIndex(new BufferAttribute(Uint32Array.of(0, 1, 2), 1));
  });
  const bytesOfIndex = () => geometries.get(geometry).indexBytes;
  expect(bytesOfIndex()).toBe(4);
  geometries.forget({ uintIndex: false } as Capabilities);
  expect(bytesOfIndex()).toBe(2);
  geometries.forget({ uintIndex: true } as Capabilities);
  expect([bytesOfIndex(), geometries.count]).toEqual([4, 1]);
});

describe('what WebGL 1 cannot draw', () => {
  const geometries = () => new Geometries(gl, { uintIndex: false } as Capabilities, { vao: null } as Extensions);

  it.each([
    [
      'numbers of 64 bits',
      TypeError,
      'no vertex type for Float64Array',
      triangle(g => {
        g.setAttribute('uv', new BufferAttribute(new Float64Array(6), 2));
      }),
    ],
    [
      'integers of 32 bits',
      TypeError,
      'no vertex type for Uint32Array',
      triangle(g => {
        g.setAttribute('uv', new BufferAttribute(new Uint32Array(6), 2));
      }),
    ],
    [
      'an index of numbers with a sign',
      TypeError,
      'no index type for Int16Array',
      triangle(g => {
        g.setIndex(new BufferAttribute(Int16Array.of(0, 1, 2), 1));
      }),
    ],
    [
      'an index that needs 32 bits, without the extension',
      RangeError,
      'index 65536 needs OES_element_index_uint',
      triangle(g => {
        g.setIndex(new BufferAttribute(Uint32Array.of(0, 1, 65536), 1));
      }),
    ],
  ])('%s is an error that says so', (_, type, words, geometry) => {
    const made = geometries();
    expect(() => made.get(geometry)).toThrow(type);
    expect(() => made.get(geometry)).toThrow(words);
    expect(made.count).toBe(0);
  });

  it('converts 32-bit indices that fit into 16 bits', () => {
    const geometry = triangle(g => {
      g.setIndex(new BufferAttribute(Uint32Array.of(0, 1, 2), 1));
    });
    expect(geometries().get(geometry).indexBytes).toBe(2);
  });
});

it('interleaved attributes are uploaded once and read in place', () => {
  const placed: number[][] = [];
  const living = { buffers: 0 };
  const calls: Record<string, (...args: number[]) => unknown> = {
    vertexAttribPointer: (...args) => placed.push(args),
    createBuffer: () => ({ number: ++living.buffers }),
    deleteBuffer: () => living.buffers--,
  };
  const watched = new Proxy(
    { FLOAT: 5126 },
    { get: (own, name) => Reflect.get(own, name) ?? calls[String(name)] ?? (() => ({})) },
  );
  const made = new Geometries(watched as unknown as WebGLRenderingContext, {} as Capabilities, { vao: null } as Extensions);
  const together = new InterleavedBuffer(new Float32Array(24), 8);
  const geometry = triangle(g => {
    g.setAttribute('position', new InterleavedBufferAttribute(together, 3, 0));
    g.setAttribute('normal', new InterleavedBufferAttribute(together, 3, 3));
    g.setAttribute('uv', new InterleavedBufferAttribute(together, 2, 6));
  });
  made.bind(made.get(geometry));
  expect(placed).toEqual([
    [0, 3, 5126, false, 32, 0],
    [1, 3, 5126, false, 32, 12],
    [2, 2, 5126, false, 32, 24],
  ]);
  expect([living.buffers, made.bytes]).toEqual([2, 24 * 4 + 3 * 2]);
  geometry.dispose();
  expect([living.buffers, made.bytes]).toEqual([0, 0]);
});

describe('counts above the limits', () => {
  it('sorts at most 65,535 draw calls', () => {
    /** As many ranges of one mesh as calls, because 65,536 meshes would take too long. */
    const sceneOf = (calls: number) => {
      const mesh = new Mesh();
      const level = { geometry: mesh.geometry, error: 0, ranges: new Array(calls).fill({ start: 0, count: 3, joints: 0 }) };
      mesh.userData.foyer = { palette: undefined, joints: 0, levels: [level], morphTargets: [] } as unknown as PartData;
      return new Scene().add(mesh);
    };
    expect(new DrawList().sync(sceneOf(65535))).toBe(true);
    expect(() => new DrawList().sync(sceneOf(65536))).toThrow(
      new RangeError('a scene of 65536 draw calls: at most 65535 can be sorted'),
    );
  });

  it.each([0, 16384, Number.NaN])('refuses %s contact shadows', capacity => {
    expect(() => new ContactShadows(capacity)).toThrow(new RangeError(`1 to 16383 contact shadows, got ${capacity}`));
  });
});
