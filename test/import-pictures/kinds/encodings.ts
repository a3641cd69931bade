import { EXTMeshoptCompression, KHRDracoMeshCompression, KHRTextureBasisu } from '@gltf-transform/extensions';
import { meshopt, quantize, reorder, sparse } from '@gltf-transform/functions';
import { encodeToKTX2 } from 'ktx2-encoder';
import { MeshoptEncoder } from 'meshoptimizer';
import { BoxGeometry, PlaneGeometry, SphereGeometry, TorusKnotGeometry } from 'three';
import { checker, Maker } from './build.ts';
import { embedded, type Files, loose } from './files.ts';

async function knot(): Promise<Maker> {
  const m = new Maker();
  m.stand(m.primitive(new TorusKnotGeometry(0.5, 0.16, 96, 12), m.textured(await m.texture(128))));
  return m;
}

async function basis(isUASTC: boolean): Promise<Maker> {
  const m = new Maker();
  const size = 128;
  const data = new Uint8Array(size * size * 4);
  for (let i = 0; i < size * size; i++)
    data.set([...checker((i % size) / size, Math.floor(i / size) / size), 255].slice(0, 4) as number[], i * 4);
  const bytes = await encodeToKTX2(data, {
    isUASTC,
    generateMipmap: true,
    isPerceptual: true,
    isSetKTX2SRGBTransferFunc: true,
    isKTX2File: true,
    imageDecoder: async () => ({ data, width: size, height: size }),
  });
  m.document.createExtension(KHRTextureBasisu).setRequired(true);
  const texture = m.document.createTexture().setImage(new Uint8Array(bytes)).setMimeType('image/ktx2');
  m.stand(m.primitive(new BoxGeometry(), m.textured(texture)));
  return m;
}

/** Ways in which the same is stored. */
export const ENCODINGS: Readonly<Record<string, () => Promise<Maker | Files>>> = {
  async Meshopt() {
    const m = await knot();
    await MeshoptEncoder.ready;
    await m.document.transform(meshopt({ encoder: MeshoptEncoder, level: 'high' }));
    return m;
  },

  async MeshoptUnfiltered() {
    const m = await knot();
    await MeshoptEncoder.ready;
    await m.document.transform(reorder({ encoder: MeshoptEncoder }), quantize());
    m.document.createExtension(EXTMeshoptCompression).setRequired(true);
    return m;
  },

  async Draco() {
    const m = await knot();
    m.document.createExtension(KHRDracoMeshCompression).setRequired(true);
    return m;
  },

  BasisEtc1s: () => basis(false),
  BasisUastc: () => basis(true),

  /** Most of an accessor is zeros or left as in its base. */
  async Sparse() {
    const m = new Maker();
    const primitive = m.primitive(new PlaneGeometry(1, 1, 12, 12), m.material([0.6, 0.7, 0.3]));
    const p = primitive.getAttribute('POSITION')?.getArray() as Float32Array;
    const bump = p.map((_, i) => (i % 3 === 2 && Math.hypot(p[i - 2], p[i - 1]) < 0.2 ? 0.4 : 0));
    primitive.addTarget(m.document.createPrimitiveTarget().setAttribute('POSITION', m.accessor(bump, 'VEC3')));
    m.stand(primitive).getMesh()?.setWeights([1]);
    await m.document.transform(sparse({ ratio: 0.5 }));
    return m;
  },

  async Embedded() {
    return { 'Embedded.gltf': embedded(await loose(await knot())) };
  },

  /** Loose files with names that a URL must escape. */
  async LooseFiles() {
    const m = await knot();
    m.document.getRoot().listBuffers()[0].setURI('a mesh & more.bin');
    m.document.getRoot().listTextures()[0].setURI('männer.png');
    const { json, resources } = await loose(m);
    for (const item of [...(json.buffers ?? []), ...(json.images ?? [])]) if (item.uri) item.uri = encodeURIComponent(item.uri);
    return { 'LooseFiles.gltf': JSON.stringify(json), ...resources };
  },

  /** Bytes for UVs, which are coarse but legal. */
  async SmallIntegers() {
    const m = new Maker();
    const primitive = m.primitive(new SphereGeometry(0.5, 20, 12), m.textured(await m.texture(64)));
    const uv = primitive.getAttribute('TEXCOORD_0')?.getArray() ?? [];
    primitive.setAttribute('TEXCOORD_0', m.accessor(Uint8Array.from(uv as Float32Array, x => Math.round(x * 255)), 'VEC2', true)); // biome-ignore format: one line
    const index = primitive.getIndices()?.getArray() ?? [];
    if (Math.max(...index) < 256) primitive.setIndices(m.accessor(Uint8Array.from(index), 'SCALAR'));
    m.stand(primitive);
    return m;
  },
};
