/** Rounds the positions of finished parts: numbers without idle bits are packed into fewer bytes. */
import type { LeveledPart } from '../levels/levels.ts';
import type { PackedAttribute, QuantizationVolume } from './packed-part.ts';

/** Metres between two positions that are told apart. The lounge's meshes are 5 % smaller than with all 16 bits. */
const STEP_M = 1e-4;
/** A model's largest extent has at least as many steps: a small one may be shown large. */
const LEAST_STEPS = 2 ** 14;

/**
 * Returns by what the positions in `volume` are divided, 1..4. Levels of detail are made with the finer ones: with rounded ones,
 * surfaces that lie close together could not be told apart.
 */
export const positionDivisor = ({ scale }: QuantizationVolume): number =>
  Math.max(1, (Math.min(STEP_M, (scale * 2) / LEAST_STEPS) * 32767) / scale);

/**
 * Divides positions, and the deltas of morph targets. Parts of one volume round alike, so no gap opens between them. The errors of
 * levels grow by what two roundings move a surface at most.
 */
export function dividePositions<Piece extends { readonly leveled: LeveledPart }>(
  piece: Piece,
  { scale }: QuantizationVolume,
  divisor: number,
): Piece {
  if (divisor === 1) return piece;
  const divided = (a: PackedAttribute): PackedAttribute => ({
    ...a,
    data: Int16Array.from(a.data, x => Math.round(x / divisor)),
  });
  const { part } = piece.leveled;
  const attributes = { ...part.attributes, POSITION: divided(part.attributes.POSITION) };
  const morphs = part.morphs.map(m => ({ ...m, position: divided(m.position) }));
  const moved = (Math.sqrt(3) * scale * divisor) / 32767;
  const levels = piece.leveled.levels.map((level, i) => (i === 0 ? level : { ...level, error: level.error + moved }));
  return { ...piece, leveled: { part: { ...part, attributes, morphs }, levels } };
}
