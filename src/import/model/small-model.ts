/** Tells which models are written while the reader is still at work. */
import type { SourceProduct } from './source-model.ts';

/** Maximum triangles of such a model. Writing a larger one takes so much memory that the limit of the reader would count it. */
const SMALL = 50_000;

export const isSmall = (products: readonly SourceProduct[]): boolean =>
  products.flatMap(p => p.parts).reduce((sum, { index }) => sum + index.length / 3, 0) <= SMALL;
