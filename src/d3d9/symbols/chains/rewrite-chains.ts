/** Rewrites chains of operations whose intermediate results have one reader, as Microsoft's compiler does. */
import type { Computed } from '../computed.ts';
import type { Node } from '../graph/graph.ts';
import type { Effect, Region } from '../regions/region.ts';
import { pushBound } from './bounds.ts';
import { Chains } from './chains.ts';
import { takeRepeats } from './repeats.ts';

/** Returns the same values, computed by the rewritten chains. The regions are changed in place. */
export function rewriteChains(computed: Computed): Computed {
  const { g } = computed.m;
  const chains = new Chains(g, rootsOf(computed), [pushBound, takeRepeats]);
  const all = (nodes: readonly Node[]) => nodes.map(n => chains.of(n));
  const outputs = new Map([...computed.outputs].map(([v, nodes]) => [v, all(nodes)]));
  for (const region of computed.regions.all) mapRegion(region, n => chains.of(n));
  return { ...computed, outputs, kills: all(computed.kills) };
}

function rootsOf({ outputs, kills, regions }: Computed): Node[] {
  const flow = regions.all.flatMap(r => [
    ...(r.test ? [r.test.a, r.test.b] : []),
    ...r.carried.flatMap(c => [c.after, ...(c.before ? [c.before] : []), ...c.ends]),
    ...r.effects.flatMap(e => (e.kind === 'kill' ? [e.value] : [e.test.a, e.test.b, ...e.values])),
  ]);
  return [...[...outputs.values()].flat(), ...kills, ...flow];
}

function mapRegion(region: Region, of: (n: Node) => Node): void {
  const { test, carried, effects } = region;
  if (test) region.test = { ...test, a: of(test.a), b: of(test.b) };
  carried.forEach((c, i) => {
    carried[i] = { ...c, before: c.before && of(c.before), ends: c.ends.map(of) };
  });
  effects.forEach((e, i) => {
    const mapped: Effect =
      e.kind === 'kill'
        ? { kind: 'kill', value: of(e.value) }
        : { kind: 'break', test: { ...e.test, a: of(e.test.a), b: of(e.test.b) }, values: e.values.map(of) };
    effects[i] = mapped;
  });
}
