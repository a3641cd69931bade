/** Foyer's own shaders in the page's list. */
import fragment from '../../../shaders/surface.frag?raw';
import vertex from '../../../shaders/surface.vert?raw';
import {
  ALPHA,
  COLOR,
  FOG,
  INSTANCED,
  LIT,
  MAP,
  MASK,
  nameOf,
  preambleOf,
  type SurfaceVariant,
  skin,
} from '../../render/materials/surface-variant.ts';
import type { CatalogEntry } from './catalog.ts';

/**
 * The variants that a room draws most, the most expensive first. For all of them, see src/render/materials/surface-variant.ts.
 */
const VARIANTS: readonly SurfaceVariant[] = [
  LIT | MAP | skin(4),
  LIT | MAP | skin(3),
  LIT | MAP | skin(2),
  LIT | MAP | skin(1),
  LIT | MAP | ALPHA | MASK | skin(4),
  LIT | MAP | INSTANCED,
  LIT | MAP,
  LIT | MAP | COLOR,
  LIT | MAP | FOG,
  LIT | MAP | ALPHA,
  MAP | COLOR,
  COLOR,
  LIT,
  MAP,
  0,
];

/** Returns Foyer's own shaders, comments included. Of variants with the same text, only the first appears. */
export function foyerShaders(): CatalogEntry[] {
  const entries: CatalogEntry[] = [];
  for (const variant of VARIANTS) {
    const preamble = preambleOf(variant);
    entries.push({ name: `surface.vert: ${nameOf(variant)}`, stage: 'vertex', source: preamble + vertex });
    entries.push({ name: `surface.frag: ${nameOf(variant)}`, stage: 'fragment', source: preamble + fragment });
  }
  return entries.filter((e, i) => entries.findIndex(o => o.stage === e.stage && o.source === e.source) === i);
}
