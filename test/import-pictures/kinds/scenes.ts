import { Primitive } from '@gltf-transform/core';
import { BoxGeometry, type BufferGeometry, PlaneGeometry, SphereGeometry, TorusKnotGeometry } from 'three';
import { mergeGeometries } from 'three/examples/jsm/utils/BufferGeometryUtils.js';
import { Maker, type Pixel } from './build.ts';

/** Changes the UVs of a primitive. */
function uvs(m: Maker, primitive: Primitive, change: (u: number, v: number) => readonly [number, number]): Primitive {
  const old = primitive.getAttribute('TEXCOORD_0')?.getArray() as Float32Array;
  const next = Float32Array.from(old, (_, i) => change(old[i & ~1], old[i | 1])[i % 2]);
  return primitive.setAttribute('TEXCOORD_0', m.accessor(next, 'VEC2'));
}

const leaf: Pixel = (x, y) => [
  60 + 60 * y,
  140,
  50,
  Math.abs(x - 0.5) < 0.4 * Math.sin(Math.PI * y) * (0.7 + 0.3 * Math.sin(40 * y)) ? 255 : 0,
];

/** Whole scenes and the habits of their makers. */
export const SCENES: Readonly<Record<string, () => Promise<Maker>>> = {
  /** A ground of 60 m with marks 4 mm above it, and lines on those. */
  async Decals() {
    const m = new Maker();
    m.stand(m.primitive(new PlaneGeometry(60, 60, 4, 4), m.material([0.3, 0.5, 0.3])), { turn: [-90, 0, 0] });
    for (let i = 0; i < 12; i++)
      m.stand(m.primitive(new PlaneGeometry(6, 3), m.material([0.7, 0.2 + 0.05 * i, 0.2])), {
        at: [(i % 4) * 12 - 18, 0.004, Math.floor(i / 4) * 14 - 14],
        turn: [-90, 0, i * 15],
      });
    m.stand(m.primitive(new BoxGeometry(10, 6, 10), m.material([0.7, 0.7, 0.6])), { at: [0, 3, -12] });
    m.stand(m.primitive(new PlaneGeometry(4, 3), m.material([0.2, 0.3, 0.6])), { at: [0, 2, -6.99] });
    return m;
  },

  /** Two faces in the same place: the later one is seen. */
  async SamePlace() {
    const m = new Maker();
    const [red, green] = [m.material([0.8, 0.1, 0.1]), m.material([0.1, 0.7, 0.1])];
    m.stand([m.primitive(new PlaneGeometry(1, 1), red), m.primitive(new PlaneGeometry(1, 1), green)]);
    m.stand([m.primitive(new PlaneGeometry(1, 1), green), m.primitive(new PlaneGeometry(1, 1), red)], { at: [1.1, 0, 0] });
    return m;
  },

  /** Few pixels, each a colour: Quaternius and Kenney colour whole towns with one. */
  async Palette() {
    const m = new Maker();
    const material = m.textured(await m.texture(8, (x, y) => [Math.floor(x * 8) * 32, Math.floor(y * 8) * 32, 128]));
    for (let i = 0; i < 16; i++) {
      const box = m.primitive(new BoxGeometry(0.8, 0.4 + (i % 5) * 0.3, 0.8), material);
      m.stand(
        uvs(m, box, () => [((i * 3) % 8) / 8 + 1 / 16, ((i * 5) % 8) / 8 + 1 / 16]),
        { at: [i % 4, 0, Math.floor(i / 4)] },
      );
    }
    return m;
  },

  /** A column of colours in a wide, low texture, which UVs run along. */
  async GradientStrip() {
    const m = new Maker();
    const material = m.textured(await m.texture(256, x => [255 * x, 120, 255 - 255 * x], 'png', 4));
    material.getBaseColorTextureInfo()?.setWrapS(33071).setWrapT(33071);
    m.stand(m.primitive(new SphereGeometry(0.5, 32, 20), material));
    return m;
  },

  /** Two by two pixels, enlarged: light is mixed, not numbers. */
  async FourPixels() {
    const m = new Maker();
    const four: Pixel = (x, y) => (x < 0.5 === y < 0.5 ? [255, 20, 20] : [20, 220, 255]);
    for (const [i, wrap] of ([10497, 33071] as const).entries()) {
      const material = m.textured(await m.texture(2, four));
      material.getBaseColorTextureInfo()?.setWrapS(wrap).setWrapT(wrap);
      m.stand(m.primitive(new PlaneGeometry(1, 1), material), { at: [i * 1.1, 0, 0] });
    }
    return m;
  },

  /** One triangle repeats a texture 300 times, the others show small parts of it. */
  async UvRange() {
    const m = new Maker();
    const texture = await m.texture(512, (x, y) => [
      (Math.floor(x * 64) % 2) * 150 + 60,
      (Math.floor(y * 64) % 2) * 150 + 60,
      120,
    ]);
    const fine = uvs(m, m.primitive(new PlaneGeometry(1, 1, 8, 8), m.textured(texture)), (u, v) => [u * 0.12, v * 0.12]);
    m.stand(fine);
    m.stand(
      uvs(m, m.primitive(new PlaneGeometry(0.2, 0.2), m.textured(texture)), (u, v) => [u * 300, v * 300]),
      { at: [0.9, 0, 0] },
    );
    return m;
  },

  /** UVs far from 0, as tiles of a map have them. */
  async UvOffset() {
    const m = new Maker();
    const texture = await m.texture(128);
    m.stand(uvs(m, m.primitive(new BoxGeometry(), m.textured(texture)), (u, v) => [u + 1000, v - 500]));
    m.stand(
      uvs(m, m.primitive(new BoxGeometry(), m.textured(texture)), (u, v) => [u + 1, 1 - v - 3]),
      { at: [1.3, 0, 0] },
    );
    return m;
  },

  /** Leaves cut from a texture, both sides. */
  async Foliage() {
    const m = new Maker();
    const material = m
      .textured(await m.texture(128, leaf))
      .setAlphaMode('MASK')
      .setDoubleSided(true);
    for (let i = 0; i < 30; i++)
      m.stand(m.primitive(new PlaneGeometry(0.5, 0.5), material), {
        at: [Math.sin(i * 2.4) * 0.6, (i % 7) * 0.15, Math.cos(i * 2.4) * 0.6],
        turn: [i * 25, i * 47, i * 13],
      });
    m.stand(m.primitive(new BoxGeometry(0.1, 1, 0.1), m.material([0.4, 0.3, 0.2])), { at: [0, 0, 0] });
    return m;
  },

  /** Blended all over with opaque pixels, as Sketchfab's files are. */
  async BlendedOpaque() {
    const m = new Maker();
    const material = m.textured(await m.texture(128)).setAlphaMode('BLEND');
    m.stand(m.primitive(new TorusKnotGeometry(0.5, 0.16, 96, 12), material));
    return m;
  },

  /** Three glasses inside one another in one primitive. */
  async NestedGlass() {
    const m = new Maker();
    const shells = mergeGeometries([0.5, 0.35, 0.2].map(r => new SphereGeometry(r, 24, 16) as BufferGeometry));
    m.stand(m.primitive(shells, m.material([0.4, 0.6, 0.9, 0.4]).setAlphaMode('BLEND').setDoubleSided(true)));
    m.stand(m.primitive(new BoxGeometry(0.15, 0.15, 0.15), m.material([0.8, 0.2, 0.1])));
    return m;
  },

  /** A dome that is seen from outside: only its far side faces us. */
  async Dome() {
    const m = new Maker();
    const dome = m.primitive(new SphereGeometry(3, 32, 16), m.material([0.5, 0.6, 0.8]));
    const index = dome.getIndices()?.getArray() as Uint16Array;
    dome.setIndices(m.accessor(index.slice().reverse(), 'SCALAR'));
    m.stand(dome);
    m.stand(m.primitive(new BoxGeometry(), m.material([0.7, 0.4, 0.3])));
    return m;
  },

  /** Wires 4 mm thick across 20 m. */
  async Wires() {
    const m = new Maker();
    for (let i = 0; i < 10; i++)
      m.stand(m.primitive(new BoxGeometry(20, 0.06, 0.06), m.material([0.8, 0.6, 0.2])), {
        at: [0, i, (i % 3) * 2],
        turn: [0, i * 9, 0],
      });
    return m;
  },

  /** Strips that begin anew at 65,535 (WebGL 2 alone does so), and one with triangles of no area. */
  async RestartedStrip() {
    const m = new Maker();
    const points = Array.from({ length: 24 }, (_, i) => [(i >> 1) * 0.2, i % 2, 0.1 * Math.sin(i)]).flat();
    const primitive = m.document.createPrimitive().setMode(Primitive.Mode.TRIANGLE_STRIP);
    primitive.setAttribute('POSITION', m.accessor(Float32Array.from(points), 'VEC3'));
    primitive.setAttribute('NORMAL', m.accessor(Float32Array.from(points, (_, k) => Number(k % 3 === 2)), 'VEC3')); // biome-ignore format: one line
    primitive.setIndices(m.accessor(Uint16Array.from([0, 1, 2, 3, 4, 5, 5, 5, 8, 8, 9, 10, 11, 12, 13]), 'SCALAR'));
    m.stand(primitive.setMaterial(m.material([0.7, 0.6, 0.3]).setDoubleSided(true)));
    return m;
  },

  /** A thousand nodes with a material each. */
  async ThousandMaterials() {
    const m = new Maker();
    const geometry = new BoxGeometry(0.8, 0.8, 0.8);
    for (let i = 0; i < 1000; i++)
      m.stand(m.primitive(geometry, m.material([(i % 10) / 10, (Math.floor(i / 10) % 10) / 10, i / 1000])), {
        at: [i % 10, Math.floor(i / 10) % 10, -Math.floor(i / 100)],
      });
    return m;
  },

  /** A town in centimetres, Z up, far from the origin. */
  async Centimetres() {
    const m = new Maker();
    const root = m.node({ turn: [-90, 0, 0], at: [50000, 0, -30000] });
    for (let i = 0; i < 16; i++)
      m.stand(
        m.primitive(new BoxGeometry(800, 800, 600 + (i % 5) * 300), m.material([0.6, 0.3 + (i % 4) * 0.1, 0.4])),
        { at: [(i % 4) * 1500, Math.floor(i / 4) * 1500, 300] },
        root,
      );
    return m;
  },

  /** Smooth normals across hard edges, and normals of no length. */
  async OddNormals() {
    const m = new Maker();
    const box = m.primitive(new BoxGeometry(), m.material([0.6, 0.6, 0.5]));
    const p = box.getAttribute('POSITION')?.getArray() as Float32Array;
    m.stand(box.setAttribute('NORMAL', m.accessor(p.map(x => x * 3), 'VEC3'))); // biome-ignore format: one line
    return m;
  },
};
