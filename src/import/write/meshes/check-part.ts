import { FormatError } from '../../../core/errors.ts';
import type { SourceProduct } from '../../model/source-model.ts';

/**
 * Checks that the arrays of a part match each other and the product's skin.
 * @param p - index of the part.
 * @throws FormatError that names the product, the array and the value.
 */
export function checkPart(product: SourceProduct, p: number): void {
  const part = product.parts[p];
  const fail = (reason: string, at: string, value?: unknown): never => {
    throw new FormatError(reason, { url: product.name, at: `parts[${p}].${at}`, value });
  };
  const count = part.positions.length / 3;
  const arrays: [string, ArrayLike<number> | undefined, number][] = [
    ['positions', part.positions, 3],
    ['normals', part.normals, 3],
    ['uvs', part.uvs, 2],
    ['uvs2', part.uvs2, 2],
    ['colors', part.colors, 4],
    ['joints', part.joints, 4],
    ['weights', part.weights, 4],
    ...(part.morphTargets ?? []).map((t, i): [string, ArrayLike<number>, number] => [
      `morphTargets[${i}].positions`,
      t.positions,
      3,
    ]),
  ];
  for (const [name, array, size] of arrays) {
    if (array === undefined) continue;
    if (array.length !== count * size) fail(`${count} vertices need ${count * size} numbers`, name, array.length);
    for (let i = 0; i < array.length; i++) if (!Number.isFinite(array[i])) fail('not a number', `${name}[${i}]`, array[i]);
  }
  if (part.index.length % 3 !== 0) fail('triangles come in threes', 'index', part.index.length);
  for (let i = 0; i < part.index.length; i++)
    if (part.index[i] >= count) fail(`there are ${count} vertices`, `index[${i}]`, part.index[i]);
  if (!part.joints) return;
  if (!product.skin || !part.weights)
    throw new FormatError('joints need weights and the skin of the product', { url: product.name, at: `parts[${p}].joints` });
  for (let i = 0; i < part.joints.length; i++)
    if (part.joints[i] >= product.skin.joints.length)
      fail(`the skin has ${product.skin.joints.length} joints`, `joints[${i}]`, part.joints[i]);
}
