import { expect, it } from 'vitest';
import { chipBudgets, fill } from '../../src/shader-page/budgets.ts';

const usage = {
  ...{ slots: 65, arithmetic: 63, texture: 2, constants: 8, temporaries: 3, interpolators: 4, dependentReads: 5 },
  ...{ units: 1, broken: [] },
};

it('compares a fragment shader with the arithmetic and texture slots of ps_2_0 separately', () => {
  const [gma] = chipBudgets('fragment', () => usage);
  expect(gma.budgets.find(b => b.what === 'arithmetic')).toEqual({ what: 'arithmetic', used: 63, allowed: 64 });
  expect(gma.budgets.filter(b => fill(b) > 1).map(b => b.what)).toEqual(['dependent reads']);
});

it('uses the target that each chip runs, and omits a chip whose target is not compiled', () => {
  const chips = chipBudgets('fragment', target => ({ ...usage, slots: target === 'ps_2_0' ? 40 : 30, arithmetic: 38 }));
  expect(chips.map(c => [c.target, c.budgets[0].used])).toEqual([
    ['ps_2_0', 38],
    ['ps_3_0', 30],
    ['ps_3_0', 8],
  ]);
  expect(chipBudgets('vertex', target => (target === 'vs_2_0' ? usage : undefined)).map(c => c.chip)).toEqual(['GMA 950']);
});

it('counts the texture units of a Mali-400, whose vertex shaders have none', () => {
  const mali = chipBudgets('vertex', () => usage).at(-1);
  expect(mali?.budgets.filter(b => fill(b) > 1)).toEqual([{ what: 'texture units', used: 1, allowed: 0 }]);
  expect(fill({ what: 'texture units', used: 0, allowed: 0 })).toBe(0);
});
