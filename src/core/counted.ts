/** Counts things in messages. */

const PLURALS: Readonly<Record<string, string>> = { mesh: 'meshes', vertex: 'vertices' };

/** Returns the plural of a noun of which more than one may be counted. */
export const pluralOf = (noun: string): string => PLURALS[noun] ?? `${noun}s`;

/** `counted(1, 'mesh') // '1 mesh'`, `counted(2, 'mesh') // '2 meshes'` */
export const counted = (n: number, noun: string): string => `${n} ${n === 1 ? noun : pluralOf(noun)}`;

/** `countedAre(1, 'mesh') // '1 mesh is'`, `countedAre(2, 'mesh') // '2 meshes are'` */
export const countedAre = (n: number, noun: string): string => `${counted(n, noun)} ${n === 1 ? 'is' : 'are'}`;
