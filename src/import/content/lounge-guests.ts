import type { SourceRoom } from '../source.ts';

/** Who is in the lounge. */
export function loungeGuests(): SourceRoom['avatars'] {
  return [];
}
