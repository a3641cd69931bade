/** Converts materials of Cal3D. */
import type { MaterialDescription } from '../../../assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../../assets/meshes/plain-material.ts';
import type { SourceTexture } from '../../model/source-model.ts';
import type { Picture } from '../../picture/picture.ts';
import type { Cal3dMaterial, Warn } from '../cal3d-file.ts';
import { linearFromSrgb } from './convert-mesh.ts';

export interface ConvertedMaterial {
  readonly description: MaterialDescription;
  readonly texture: SourceTexture | undefined;
}

/** The maps of a material that the low-end shader uses. */
export interface ChosenMaps {
  readonly color: string | undefined;
  /** Its brightness becomes the colour map's alpha. */
  readonly opacity: string | undefined;
}

/**
 * Chooses the first map of no type or of a colour type, and a map that is an opacity map by type or by name (`edge_alpha.tga`).
 */
export function chooseMaps({ url, maps }: Cal3dMaterial, warn: Warn): ChosenMaps {
  const isOpacity = (m: { file: string; type: string }) => /opac|alpha|transp/i.test(m.type) || /alpha|opacity/i.test(m.file);
  const opacity = maps.find(isOpacity)?.file;
  const colors = maps.filter(m => !isOpacity(m));
  const color = (colors.find(m => m.type === '' || /diff|colou?r/i.test(m.type)) ?? colors[0])?.file;
  for (const map of maps) {
    if (map.file !== color && map.file !== opacity)
      warn(`${url}: the map "${map.file}" ${map.type ? `(${map.type}) ` : ''}is not used`);
  }
  return { color, opacity: color === undefined ? undefined : opacity };
}

/**
 * Converts a material. A textured material takes its colour from the texture alone: the library's viewers draw it white, whatever
 * its diffuse colour. Diffuse alpha counts unless it is 0 (exporters write it where it means nothing) or 255.
 */
export function convertMaterial(
  name: string,
  material: Cal3dMaterial | undefined,
  color: Picture | undefined,
  opacity: Picture | undefined,
  doubleSided: boolean,
  warn: Warn,
): ConvertedMaterial {
  const diffuse = (material && !color ? material.diffuse : [255, 255, 255]).slice(0, 3).map(v => linearFromSrgb(v / 255));
  const alpha = (material?.diffuse[3] ?? 0) / 255;
  const texture = color && { slot: name, width: color.width, height: color.height, rgba: color.rgba };
  if (texture && opacity) {
    if (opacity.width === texture.width && opacity.height === texture.height)
      texture.rgba = withOpacity(texture.rgba, opacity.rgba);
    else
      warn(
        `${material?.url ?? name}: the opacity map is ${opacity.width} x ${opacity.height}, not ${texture.width} x ${texture.height}; it is not used`,
      );
  }
  const translucent = alpha > 0 && alpha < 1;
  const description: MaterialDescription = plainMaterial({
    name,
    baseColor: [diffuse[0], diffuse[1], diffuse[2], translucent ? alpha : 1],
    alphaMode: translucent ? 'blend' : texture ? alphaModeOf(texture.rgba) : 'opaque',
    doubleSided: doubleSided || opacity !== undefined,
  });
  return { description, texture };
}

function withOpacity(rgba: Uint8Array, opacity: Uint8Array): Uint8Array {
  const out = rgba.slice();
  for (let i = 0; i < out.length; i += 4) out[i + 3] = Math.round((opacity[i] + opacity[i + 1] + opacity[i + 2]) / 3);
  return out;
}

/**
 * Returns 'opaque' where no pixel is transparent, 'mask' where at most 1 in 8 is partly transparent (the edge of a cut-out), else
 * 'blend'.
 */
function alphaModeOf(rgba: Uint8Array): 'opaque' | 'mask' | 'blend' {
  let clear = 0;
  let between = 0;
  for (let i = 3; i < rgba.length; i += 4) {
    if (rgba[i] < 250) clear++;
    if (rgba[i] > 16 && rgba[i] < 240) between++;
  }
  if (clear === 0) return 'opaque';
  return between * 8 <= rgba.length / 4 ? 'mask' : 'blend';
}
