import { readGlb } from '../gltf/glb.ts';
import { readNodes } from '../gltf/glb-nodes.ts';
import { MAX_SKELETON_JOINTS } from '../limits.ts';
import type { SkeletonAsset } from './skeleton-asset.ts';

/**
 * Decodes a skeleton resource (docs/formats.md): every node of the file is a joint, parents first.
 * @throws FormatError for every violation.
 */
export function decodeSkeleton(bytes: Uint8Array, url: string): SkeletonAsset {
  const glb = readGlb(bytes, url);
  const { all, parentsFirst } = readNodes(glb);
  const count = parentsFirst.length;
  if (count < 1 || count > MAX_SKELETON_JOINTS) glb.json.get('nodes').fail(`expected 1 to ${MAX_SKELETON_JOINTS} joints`);
  const place = new Int16Array(count);
  const places = new Map<string, number>();
  const skeleton = {
    names: parentsFirst.map(i => all[i].name),
    parents: new Int16Array(count),
    translations: new Float32Array(count * 3),
    rotations: new Float32Array(count * 4),
    scales: new Float32Array(count * 3),
  };
  parentsFirst.forEach((index, i) => {
    const { name, parent, translation, rotation, scale, source } = all[index];
    if (places.has(name)) source.get('name').fail('two joints have the same name');
    places.set(name, i);
    place[index] = i;
    skeleton.parents[i] = parent < 0 ? -1 : place[parent];
    skeleton.translations.set(translation, i * 3);
    skeleton.rotations.set(rotation, i * 4);
    skeleton.scales.set(scale, i * 3);
  });

  const humanoid: Record<string, string> = {};
  const named = glb.json.get('asset').get('extras').get('foyer').get('humanoid');
  if (named.present)
    for (const bone of Object.keys(Object(named.value))) {
      const joint = named.get(bone).string();
      if (!places.has(joint)) named.get(bone).fail('the humanoid names a joint that is not there');
      humanoid[bone] = joint;
    }
  return { ...skeleton, humanoid };
}
