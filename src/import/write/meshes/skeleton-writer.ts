import type { SkeletonAsset } from '../../../assets/motion/skeleton-asset.ts';
import { FormatError } from '../../../core/errors.ts';
import { GlbBuilder } from '../glb/glb-builder.ts';

/**
 * Writes a skeleton resource (docs/formats.md, "Skeleton").
 *
 * @throws FormatError for a duplicate name (clips and meshes bind by name), and for a parent after its child.
 */
export async function writeSkeleton(skeleton: SkeletonAsset, name: string): Promise<Uint8Array> {
  const glb = new GlbBuilder();
  const { names, parents, translations, rotations, scales, humanoid } = skeleton;
  const children: number[][] = names.map(() => []);
  const seen = new Set<string>();
  names.forEach((joint, i) => {
    if (seen.has(joint)) throw new FormatError('two joints of one name', { url: name, at: `skeleton.names[${i}]`, value: joint });
    seen.add(joint);
    if (parents[i] >= i)
      throw new FormatError('a parent after its child', { url: name, at: `skeleton.parents[${i}]`, value: parents[i] });
    if (parents[i] >= 0) children[parents[i]].push(i);
  });
  // Scales multiply what is rounded.
  const isPlain = scales.every(x => x > 0.5 && x < 2);
  glb.json.nodes = names.map((joint, i) => {
    const translation = Array.from(translations.subarray(i * 3, i * 3 + 3), isPlain ? tidy : x => x);
    const rotation = unit(rotations.subarray(i * 4, i * 4 + 4)).map(tidy);
    const scale = [...scales.subarray(i * 3, i * 3 + 3)];
    return {
      name: joint,
      ...(translation.some(x => x !== 0) ? { translation } : {}),
      ...(rotation[3] !== 1 ? { rotation } : {}),
      ...(scale.some(x => x !== 1) ? { scale } : {}),
      ...(children[i].length > 0 ? { children: children[i] } : {}),
    };
  });
  glb.json.scene = 0;
  glb.json.scenes = [{ nodes: names.flatMap((_, i) => (parents[i] < 0 ? [i] : [])) }];
  if (Object.keys(humanoid).length > 0) glb.json.asset.extras = { foyer: { humanoid } };
  return glb.build();
}

function unit(q: Float32Array): number[] {
  const length = Math.hypot(...q);
  return length > 0 ? Array.from(q, x => Math.fround(x / length)) : [0, 0, 0, 1];
}

/** Rounds to 0.1 micrometre (or microradian): what is smaller is noise of 32 bits, and its digits are half of the file. */
function tidy(x: number): number {
  return Math.round(x * 1e7) / 1e7 + 0;
}
