/** Handles files older than glTF 2.0: errors, and the readable part of their materials. */

import type { GLTF } from '@gltf-transform/core';
import { counted } from '../../../core/counted.ts';
import type { Warn } from '../../report/warnings.ts';

/** @param version - 0.8 or 1.0. */
export const oldGltf = (version: string): string =>
  `glTF ${version} is not read: convert it with "npx gltf-pipeline -i old.gltf -o new.glb", or open it in an older Blender and export it again`;

/** Names that shader exporters use for the colour and its texture. */
const COLOURS = ['u_diffuse', 'diffuse', 'u_baseColor', 'u_color', 'u_tex', 'u_texture'];

/**
 * Simplifies KHR_techniques_webgl, whose materials bring their own shaders. Those are not supported. It keeps a colour or texture
 * that has a usual name. Changes `json`.
 */
export function plainTechniques(json: GLTF.IGLTF, warn: Warn): void {
  let count = 0;
  for (const material of json.materials ?? []) {
    const technique = (material.extensions as Record<string, { values?: unknown } | undefined> | undefined)?.KHR_techniques_webgl;
    if (!technique) continue;
    count++;
    const values = (technique.values ?? {}) as Record<string, unknown>;
    material.pbrMetallicRoughness ??= { metallicFactor: 0 };
    for (const value of COLOURS.map(name => values[name])) {
      if (Array.isArray(value) && value.length === 4)
        material.pbrMetallicRoughness.baseColorFactor ??= value as [number, number, number, number];
      else if (typeof (value as { index?: unknown } | undefined)?.index === 'number')
        material.pbrMetallicRoughness.baseColorTexture ??= value as GLTF.ITextureInfo;
    }
  }
  if (count > 0)
    warn(
      `the colour alone is drawn of ${counted(count, 'shader')} of KHR_techniques_webgl; "npx gltf-pipeline" converts older files`,
    );
}
