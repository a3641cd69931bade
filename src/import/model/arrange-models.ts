/** Arranges imported models as a room. */
import type { ImportedModel } from './imported-model.ts';
import { boxOf } from './place-model.ts';
import type { RoomLight, SourceProduct, SourceRoom } from './source-model.ts';

/** The light of a plain room: even, without walls. */
export const PLAIN_LIGHT: RoomLight = {
  sky: [0.75, 0.78, 0.82],
  ground: [0.45, 0.42, 0.4],
  sun: { direction: [0.4, 0.8, 0.45], color: [0.6, 0.58, 0.54] },
  background: [0.82, 0.84, 0.87],
};

/** Arranges furniture in rows of about the square root of its count, 0.5 m apart. Avatars stand in front of it. */
export function arrangeModels(models: readonly ImportedModel[], name: string): SourceRoom {
  const avatars = models.flatMap(m => (m.avatar ? [m.avatar] : []));
  const products = models.flatMap(m => (m.product ? [m.product] : []));
  const columns = Math.max(1, Math.ceil(Math.sqrt(products.length)));
  const furniture: { product: SourceProduct; position: [number, number, number] }[] = [];
  let depth = 0;
  let widest = 0;
  for (let row = 0; row * columns < products.length; row++) {
    const inRow = products.slice(row * columns, (row + 1) * columns).map(product => ({ product, ...extent(product) }));
    const width = inRow.reduce((sum, p) => sum + p.size[0] + 0.5, 0);
    const deep = Math.max(...inRow.map(p => p.size[2])) + 0.8;
    let x = -width / 2;
    for (const { product, min, size } of inRow) {
      furniture.push({ product, position: [x + 0.25 - min[0], 0, -depth - deep / 2 - (min[2] + size[2] / 2)] });
      x += size[0] + 0.5;
    }
    depth += deep;
    widest = Math.max(widest, width);
  }
  const sun = models.find(m => m.sun)?.sun;
  const back = Math.max(3, widest * 0.8, avatars.length);
  return {
    name,
    light: { ...PLAIN_LIGHT, ...(sun ? { sun } : {}) },
    spawn: { position: [0, 1.6 + back * 0.15, back + 1], target: [0, 0.8, -depth / 3] },
    furniture,
    avatars: avatars.map((avatar, i) => {
      const clip =
        avatar.clips.find(c => /^idle/i.test(c.name)) ?? avatar.clips.find(c => /idle/i.test(c.name)) ?? avatar.clips[0];
      return {
        avatar,
        position: [(i - (avatars.length - 1) / 2) * 1.6, 0, 1.2] as const,
        ...(clip ? { animation: clip.name } : {}),
      };
    }),
  };
}

function extent(product: SourceProduct): { min: readonly number[]; size: number[] } {
  const { min, max } = boxOf(product.parts);
  return { min, size: max.map((m, k) => m - min[k]) };
}
