import { Primitive } from '@gltf-transform/core';
import { EXTMeshGPUInstancing, KHRLightsPunctual, KHRMeshQuantization } from '@gltf-transform/extensions';
import { BoxGeometry, ConeGeometry, PlaneGeometry, SphereGeometry, TorusGeometry } from 'three';
import { Maker } from './build.ts';

/** A shape that has no symmetry: three boxes of three colours along three axes. */
async function axes(m: Maker): Promise<Primitive[]> {
  const part = (size: [number, number, number], at: [number, number, number], color: [number, number, number]): Primitive => {
    const geometry = new BoxGeometry(...size).translate(...at);
    return m.primitive(geometry, m.material(color));
  };
  return [
    part([1, 0.2, 0.2], [0.5, 0, 0], [0.8, 0.1, 0.1]),
    part([0.2, 0.7, 0.2], [0, 0.35, 0], [0.1, 0.7, 0.1]),
    part([0.2, 0.2, 0.4], [0, 0, 0.2], [0.1, 0.2, 0.9]),
  ];
}

/** Meshes and nodes, each after one of Khronos' sample models. */
export const SHAPES: Readonly<Record<string, () => Promise<Maker>>> = {
  /** Mirrored once, twice, three times; below a mirrored parent. */
  async NegativeScale() {
    const m = new Maker();
    const scales = [[1, 1, 1], [-1, 1, 1], [1, -1, 1], [-1, -1, 1], [-1, -1, -1], [1, 1, -2]] as const; // biome-ignore format: one line
    const parts = await axes(m);
    for (const [i, scale] of scales.entries()) m.stand(parts, { at: [(i % 3) * 2.4, Math.floor(i / 3) * 2.4, 0], scale });
    const mirror = m.node({ at: [2.4, 4.8, 0], scale: [-1, 1, 1] });
    m.stand(parts, { turn: [20, 40, 0], scale: [1, 0.5, 1.5] }, mirror);
    return m;
  },

  async Orientation() {
    const m = new Maker();
    const parts = await axes(m);
    const turns = [[0, 0, 0], [90, 0, 0], [0, 90, 0], [0, 0, 90], [-90, 45, 0], [30, 60, 90]] as const; // biome-ignore format: one line
    for (const [i, turn] of turns.entries()) m.stand(parts, { at: [(i % 3) * 1.6, Math.floor(i / 3) * 1.6, 0], turn });
    return m;
  },

  /** A turned child of an unevenly scaled parent is sheared. */
  async Shear() {
    const m = new Maker();
    const parent = m.node({ scale: [2, 0.5, 1] });
    m.stand(await axes(m), { turn: [0, 0, 40] }, parent);
    m.stand(
      m.primitive(new SphereGeometry(0.4, 24, 16), m.material([0.6, 0.6, 0.7])),
      { at: [0.7, 0.9, 0], turn: [0, 30, 30] },
      parent,
    );
    return m;
  },

  async NodeMatrix() {
    const m = new Maker();
    const node = m.stand(await axes(m));
    node.setMatrix([0.5, 0.5, 0, 0, -0.7, 0.7, 0, 0, 0, 0, 1.5, 0, 0.2, 0.1, -0.3, 1]);
    m.stand(await axes(m), { at: [1, 1, 0] }, node);
    return m;
  },

  async DeepNodes() {
    const m = new Maker();
    let node = m.node();
    for (let i = 0; i < 300; i++) node = m.node({ at: [0.01, 0.005, 0], turn: [0, 0.3, 0.2] }, node);
    m.stand(await axes(m), {}, node);
    m.stand(await axes(m));
    return m;
  },

  /** Only the default scene is shown, which is not the first. */
  async SecondScene() {
    const m = new Maker();
    const other = m.document.createScene('other');
    m.stand(m.primitive(new BoxGeometry(), m.material([1, 0, 0])));
    other.addChild(m.document.createNode().setMesh(m.document.createMesh().addPrimitive((await axes(m))[0])));
    m.document.getRoot().setDefaultScene(other);
    return m;
  },

  async CamerasAndLights() {
    const m = new Maker();
    const camera = m.document.createCamera().setType('perspective').setYFov(1).setZNear(0.1);
    m.node({ at: [0, 0, 3] }).setCamera(camera);
    m.stand(await axes(m));
    m.document.createExtension(KHRLightsPunctual);
    return m;
  },

  async NoMaterial() {
    const m = new Maker();
    m.stand(m.primitive(new TorusGeometry(0.5, 0.2, 16, 32)));
    return m;
  },

  /** Flat shaded by definition. */
  async NoNormals() {
    const m = new Maker();
    const primitive = m.primitive(new SphereGeometry(0.5, 12, 8), m.material([0.7, 0.5, 0.3]));
    m.stand(primitive.setAttribute('NORMAL', null));
    return m;
  },

  async NotIndexed() {
    const m = new Maker();
    m.stand(m.primitive(new ConeGeometry(0.5, 1, 16).toNonIndexed(), m.material([0.3, 0.6, 0.8])));
    return m;
  },

  async StripsAndFans() {
    const m = new Maker();
    const strip = [0, 0, 0, 0, 1, 0, 1, 0, 0.3, 1, 1, 0.3, 2, 0, 0, 2, 1, 0, 3, 0.2, 0.4];
    const fan = [0, 0, 0, 1, 0, 0, 0.8, 0.6, 0.2, 0.2, 1, 0, -0.6, 0.7, 0.2, -1, 0, 0];
    [strip, fan].forEach((points, i) => {
      const primitive = m.document.createPrimitive().setMode([Primitive.Mode.TRIANGLE_STRIP, Primitive.Mode.TRIANGLE_FAN][i]);
      const up = points.map((_, k) => (k % 3 === 2 ? 1 : 0));
      primitive.setAttribute('POSITION', m.accessor(Float32Array.from(points), 'VEC3'));
      primitive.setAttribute('NORMAL', m.accessor(Float32Array.from(up), 'VEC3'));
      primitive.setMaterial(m.material([0.8, 0.6, 0.2]).setDoubleSided(true));
      m.stand(primitive, { at: [0, i * 1.4, 0] });
    });
    return m;
  },

  /** Several primitives share one set of vertices. */
  async SharedVertices() {
    const m = new Maker();
    const whole = m.primitive(new SphereGeometry(0.5, 24, 16), m.material([0.8, 0.2, 0.2]));
    const index = [...(whole.getIndices()?.getArray() ?? [])];
    const half = Math.floor(index.length / 6) * 3;
    const other = m.document.createPrimitive().setMaterial(m.material([0.2, 0.3, 0.8]));
    for (const name of whole.listSemantics()) other.setAttribute(name, whole.getAttribute(name));
    whole.setIndices(m.accessor(Uint16Array.from(index.slice(0, half)), 'SCALAR'));
    other.setIndices(m.accessor(Uint16Array.from(index.slice(half)), 'SCALAR'));
    m.stand([whole, other]);
    return m;
  },

  /** More vertices than 16 bits can count. */
  async ManyVertices() {
    const m = new Maker();
    const geometry = new TorusGeometry(0.5, 0.2, 280, 280);
    const primitive = m.primitive(geometry, m.textured(await m.texture(64)));
    m.stand(primitive.setIndices(m.accessor(Uint32Array.from(geometry.index?.array ?? []), 'SCALAR')));
    return m;
  },

  async Quantized() {
    const m = new Maker();
    m.document.createExtension(KHRMeshQuantization).setRequired(true);
    const primitive = m.primitive(new SphereGeometry(0.5, 24, 16), m.textured(await m.texture(128)));
    const whole = (name: string): ArrayLike<number> => primitive.getAttribute(name)?.getArray() ?? [];
    primitive.setAttribute('POSITION', m.accessor(Int16Array.from(whole('POSITION'), x => Math.round(x * 20000)), 'VEC3')); // biome-ignore format: one line
    primitive.setAttribute('NORMAL', m.accessor(Int8Array.from(whole('NORMAL'), x => Math.round(x * 127)), 'VEC3', true)); // biome-ignore format: one line
    primitive.setAttribute('TEXCOORD_0', m.accessor(Uint16Array.from(whole('TEXCOORD_0'), x => Math.round(x * 65535)), 'VEC2', true)); // biome-ignore format: one line
    m.stand(primitive, { scale: [1 / 20000, 1 / 20000, 1 / 20000] });
    return m;
  },

  async Instanced() {
    const m = new Maker();
    const extension = m.document.createExtension(EXTMeshGPUInstancing).setRequired(true);
    const node = m.stand(await axes(m));
    const places = Float32Array.from({ length: 9 * 3 }, (_, i) =>
      i % 3 === 0 ? ((i / 3) % 3) * 1.4 : i % 3 === 1 ? Math.floor(i / 9) * 1.4 : 0,
    );
    const batch = extension.createInstancedMesh().setAttribute('TRANSLATION', m.accessor(places, 'VEC3'));
    node.setExtension('EXT_mesh_gpu_instancing', batch);
    return m;
  },

  /** A shape that its file's own weights give. */
  async DefaultMorphWeights() {
    const m = new Maker();
    const primitive = m.primitive(new PlaneGeometry(1, 1, 8, 8), m.textured(await m.texture(64)));
    const source = primitive.getAttribute('POSITION')?.getArray() as Float32Array;
    const bulge = source.map((_, i) => (i % 3 === 2 ? 0.5 * Math.cos(3 * source[i - 2]) * Math.cos(3 * source[i - 1]) : 0));
    primitive.addTarget(m.document.createPrimitiveTarget().setAttribute('POSITION', m.accessor(bulge, 'VEC3')));
    m.stand(primitive).getMesh()?.setWeights([0.8]);
    return m;
  },

  /** Far too large, far too small, far from the origin. */
  async OddSizes() {
    const m = new Maker();
    m.stand(await axes(m), { at: [5000, 200, -3000], scale: [400, 400, 400] });
    return m;
  },
  async Tiny() {
    const m = new Maker();
    m.stand(await axes(m), { scale: [0.001, 0.001, 0.001] });
    return m;
  },
};
