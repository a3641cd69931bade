import { Matrix4, Mesh, Ray, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import type { MeshPart } from '../../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import { preparePart } from '../../../src/assets/meshes/prepare-part.ts';
import { encode, GAMMA } from '../../../src/core/encode-light.ts';
import { OBJECT_FLOATS, writeUniforms } from '../../../src/render/frame/object-uniforms.ts';
import { createPartMesh, identityPalette, type PartData } from '../../../src/render/geometry/part-mesh.ts';
import { createLighting, lightingOf } from '../../../src/render/materials/lighting.ts';
import { SurfaceMaterial } from '../../../src/render/materials/surface-material.ts';
import { LIT } from '../../../src/render/materials/surface-variant.ts';
import { pick } from '../../../src/render/pick.ts';

/** A triangle on the second of two joints. The first is an invisible prop. */
const part: MeshPart = preparePart({
  material: plainMaterial({ name: 'body' }),
  levels: [
    {
      index: Uint16Array.of(0, 1, 2),
      error: 0,
      attributes: {
        POSITION: { array: Float32Array.of(-1, 0, 0, 1, 0, 0, 0, 2, 0), itemSize: 3, normalized: false },
        NORMAL: { array: Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1), itemSize: 3, normalized: false },
        JOINTS_0: { array: Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0), itemSize: 4, normalized: false },
        WEIGHTS_0: { array: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0), itemSize: 4, normalized: true },
      },
    },
  ],
  transform: new Matrix4().toArray(new Float32Array(16)) as Float32Array,
  skin: { joints: ['prop', 'body'], inverseBind: new Float32Array(32) },
  morphTargets: [],
  bounds: { min: [-1, 0, 0], max: [1, 2, 0] },
});

describe('a skin whose first joint a clip scales to nothing', () => {
  const shrunk = (scale: number) => {
    const palette = identityPalette();
    for (let row = 0; row < 3; row++) palette[row * 272 + row] = scale;
    return createPartMesh(part, { palette });
  };

  it('keeps its light', () => {
    const light = (scale: number) => {
      const { material, userData } = shrunk(scale);
      const { palette, bounds } = userData.foyer as PartData;
      const out = new Float32Array(OBJECT_FLOATS);
      const { elements } = new Matrix4();
      writeUniforms(out, 0, elements, elements, material, lightingOf(new Mesh()), palette, bounds?.joint);
      return [...out.subarray(16, 28)];
    };
    expect(light(1e-3)).toEqual(light(1));
    expect(Math.max(...light(1).map(Math.abs))).toBeGreaterThan(0.1);
  });

  it('can be picked by a click', () => {
    const ray = new Ray(new Vector3(0.3, 0.5, 5), new Vector3(0, 0, -1));
    expect(pick(shrunk(1e-3), ray)?.distance).toBeCloseTo(5);
  });
});

describe('a toon surface', () => {
  const sun = { direction: [0, 1, 0], color: [0.6, 0.6, 0.6] } as const;
  const { elements } = new Matrix4();
  /** Encoded red light on a surface that faces straight up, then down. */
  const light = (shade: [number, number, number] | undefined, sky: number) => {
    const material = new SurfaceMaterial({ variant: LIT, color: [0.5, 0.5, 0.5, 1], shade });
    const out = new Float32Array(OBJECT_FLOATS);
    const grey = [sky, sky, sky] as const;
    const ground = sky === 1 ? grey : ([0.1, 0.1, 0.1] as const);
    writeUniforms(
      out,
      0,
      elements,
      elements,
      material,
      createLighting({ sky: grey, ground, sun: sky === 1 ? { ...sun, color: [0, 0, 0] } : sun }),
      undefined,
    );
    return [1, -1].map(up => out[19] + up * out[17]);
  };

  it('has its own colour in the brightest light, and its shade colour in the darkest', () => {
    const [bright] = light(undefined, 0.5);
    const [up, down] = light([0.25, 1, 1], 0.5);
    expect(up).toBeCloseTo(bright, 5);
    expect(down).toBeCloseTo(bright * encode(0.25), 5);
    const [white, whole] = light([1, 1, 1], 0.5);
    expect([white, whole]).toEqual([expect.closeTo(bright, 5), expect.closeTo(bright, 5)]);
  });

  it('has its own colour in even light', () => {
    const [plain] = light(undefined, 1);
    for (const side of light([0, 0, 0], 1)) expect(side).toBeCloseTo(plain, 3);
  });
});

describe('a surface that emits', () => {
  const { elements } = new Matrix4();
  /** Linear light on a white surface that faces straight up, then down. */
  const shown = (share: number, sky: number, ground: number) => {
    const material = new SurfaceMaterial({ variant: LIT, color: [1, 1, 1, 1], ...(share > 0 ? { emits: [share, 0, 0] } : {}) });
    const out = new Float32Array(OBJECT_FLOATS);
    const sun = { direction: [0, 1, 0], color: [0, 0, 0] } as const;
    const lighting = createLighting({ sky: [sky, sky, sky], ground: [ground, ground, ground], sun });
    writeUniforms(out, 0, elements, elements, material, lighting, undefined);
    return [0, 1].map(c => [1, -1].map(up => (out[19 + 4 * c] + up * out[17 + 4 * c]) ** GAMMA));
  };

  it('is as bright in the dark as its emission, and takes light with the rest alone', () => {
    expect(shown(0.4, 0, 0)[0]).toEqual([0.3, 0.3].map(x => expect.closeTo(x, 5)));
    expect(shown(0.4, 0.6, 0.6)[0]).toEqual([0.66, 0.66].map(x => expect.closeTo(x, 4)));
    expect(shown(0.4, 0, 0)[1]).toEqual([0, 0]);
  });

  it('shows a smaller part of the difference between light and shade', () => {
    const [red, green] = shown(0.5, 0.7, 0.5);
    expect(green).toEqual(shown(0, 0.7, 0.5)[1]);
    for (const [side, x] of red.entries()) expect(x).toBeCloseTo(0.375 + 0.5 * green[side], 2);
  });
});
