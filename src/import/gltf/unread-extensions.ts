/** Warns of a file's extensions that affect its look but are not supported. */

import type { GLTF } from '@gltf-transform/core';
import { counted } from '../../core/counted.ts';
import type { Warn } from '../report/warnings.ts';

/** Extensions without a warning here: supported ones, those with their own warnings, and those that do not affect the look. */
const SILENT = new RegExp(
  `^(${[
    'KHR_draco_mesh_compression',
    '(KHR|EXT)_meshopt_compression',
    'KHR_mesh_quantization',
    'KHR_mesh_primitive_restart',
    'KHR_accessor_float(16|64)',
    'KHR_texture_(transform|basisu)',
    'EXT_texture_(webp|avif)',
    'KHR_materials_(unlit|emissive_strength|pbrSpecularGlossiness|transmission)',
    'KHR_techniques_webgl',
    'KHR_animation_pointer',
    'KHR_node_visibility',
    'EXT_mesh_gpu_instancing',
    'KHR_lights_punctual',
    'KHR_xmp(_json_ld)?',
    'EXT_(structural_metadata|mesh_features|instance_features)',
    'VRMC?(_.*)?',
    'MSFT_lod',
  ].join('|')})$`,
);

/**
 * Adds one warning for each ignored extension. For material extensions it states how many materials use it.
 * @param told - those that have a warning already.
 */
export function warnOfExtensions(json: GLTF.IGLTF, told: readonly string[], warn: Warn): void {
  const silent = new Set([...(json.extensionsRequired ?? []), ...told]);
  const names = new Set([
    ...(json.extensionsUsed ?? []),
    ...(json.materials ?? []).flatMap(m => Object.keys(m.extensions ?? {})),
  ]);
  for (const name of [...names].filter(n => !SILENT.test(n) && !silent.has(n)).sort()) {
    const users = (json.materials ?? []).filter(m => Object.hasOwn(m.extensions ?? {}, name)).length;
    warn(`${name}${users > 0 ? ` of ${counted(users, 'material')}` : ''} is ignored`);
  }
}
