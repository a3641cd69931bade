/** A source of numbers in [0, 1). Injected wherever chance is needed. `Math.random` is one. */
export type Random = () => number;

/**
 * A seeded generator (Mulberry32, Tommy Ettinger 2017, public domain): 2^32 states, passes gjrand. Good for content, jitter and
 * tests, never for secrets.
 *
 * @param seed - any integer; taken modulo 2^32. The same seed gives the same sequence on every machine.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
