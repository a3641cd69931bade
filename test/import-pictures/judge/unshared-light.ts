/** Tells from a file's own materials whether three.js and Foyer light it by the same law. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GLTF } from '@gltf-transform/core';
import sharp from 'sharp';
import { decodeDataUri } from '../../../src/import/gltf/loading/data-uri.ts';
import { splitGlb } from '../../../src/import/gltf/loading/glb-chunks.ts';

/** A material with more metal than this, 0..1, mirrors its surroundings. Exporters write 0.1 for wood and cloth. */
const MOST_METAL = 0.1;

/** Extensions by which a surface no longer follows Lambert's law, or that three.js does not draw. */
const LAWS = [
  'KHR_materials_anisotropy',
  'KHR_materials_clearcoat',
  'KHR_materials_diffuse_transmission',
  'KHR_materials_iridescence',
  'KHR_materials_pbrSpecularGlossiness',
  'KHR_materials_sheen',
  'KHR_materials_specular',
  'KHR_materials_transmission',
  'KHR_materials_volume',
  'VRMC_materials_mtoon',
];

type Material = GLTF.IMaterial & { readonly extensions?: Readonly<Record<string, unknown>> };

/**
 * Says for each material that a mesh uses why Foyer and three.js light it differently; empty where both share the light. They
 * share unlit surfaces and surfaces that send on what they take (at most 10 % metal) without relief and occlusion.
 */
export async function unsharedLight(file: string): Promise<string[]> {
  const { json, binary } = parts(file);
  const used = new Set(json.meshes?.flatMap(mesh => mesh.primitives.map(p => p.material)));
  const toon = vrm0Toon(json);
  const reasons: string[] = [];
  for (const [i, material] of ((json.materials ?? []) as Material[]).entries()) {
    if (!used.has(i)) continue;
    const why = toon.has(i) ? ['VRM 0 MToon'] : await laws(material, json, binary, dirname(file));
    reasons.push(...why.map(w => `${material.name || `material ${i}`}: ${w}`));
  }
  // A primitive without a material has the default one, which is all metal: no file means that.
  return reasons;
}

function parts(file: string): { json: GLTF.IGLTF; binary: Uint8Array } {
  const bytes = new Uint8Array(readFileSync(file));
  const isGlb = Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'glTF';
  const { json, binary } = isGlb ? splitGlb(bytes, file, () => {}) : { json: bytes, binary: new Uint8Array() };
  return { json: JSON.parse(new TextDecoder().decode(json)) as GLTF.IGLTF, binary };
}

/** Materials that VRM 0 draws as toons: its list is in the order of the file's. */
function vrm0Toon({ extensions }: GLTF.IGLTF): Set<number> {
  const vrm = extensions?.VRM as { materialProperties?: readonly { readonly shader?: string }[] } | undefined;
  return new Set((vrm?.materialProperties ?? []).flatMap(({ shader }, i) => (/MToon/i.test(shader ?? '') ? [i] : [])));
}

async function laws(material: Material, json: GLTF.IGLTF, binary: Uint8Array, folder: string): Promise<string[]> {
  const { extensions = {}, pbrMetallicRoughness: pbr = {}, normalTexture, occlusionTexture } = material;
  const named = LAWS.filter(name => extensions[name] !== undefined);
  if (named.length > 0) return named;
  if (extensions.KHR_materials_unlit) return [];
  const factor = pbr.metallicFactor ?? 1;
  const share = factor > MOST_METAL && pbr.metallicRoughnessTexture ? await blue(pbr.metallicRoughnessTexture.index) : 1;
  const metal = factor * share;
  return [
    ...(metal > MOST_METAL ? [`${Math.round(metal * 100)} % metal`] : []),
    ...(normalTexture && (normalTexture.scale ?? 1) !== 0 ? ['relief'] : []),
    ...(occlusionTexture && (occlusionTexture.strength ?? 1) !== 0 ? ['occlusion'] : []),
  ];

  /** The mean of a texture's blue channel; 1 where sharp does not read it. */
  async function blue(texture: number): Promise<number> {
    const { uri, bufferView } = json.images?.[json.textures?.[texture]?.source ?? -1] ?? {};
    const view = json.bufferViews?.[bufferView ?? -1];
    try {
      const bytes = view
        ? binary.subarray(view.byteOffset ?? 0, (view.byteOffset ?? 0) + view.byteLength)
        : uri?.startsWith('data:')
          ? decodeDataUri(uri, { url: folder, at: 'image' })
          : readFileSync(join(folder, decodeURIComponent(uri ?? '')));
      return ((await sharp(bytes).removeAlpha().toColourspace('srgb').stats()).channels[2]?.mean ?? 255) / 255;
    } catch {
      return 1;
    }
  }
}
