import { expect, it } from 'vitest';
import { chipBudgets, fill } from '../../src/shader-page/budgets.ts';

const usage = { slots: 65, arithmetic: 63, texture: 2, constants: 8, temporaries: 3, interpolators: 4, dependentReads: 5 };

it('a fragment shader is held against arithmetic and texture slots of ps_2_0 apart', () => {
  const [gma] = chipBudgets('fragment', usage);
  expect(gma.budgets.find(b => b.what === 'arithmetic')).toEqual({ what: 'arithmetic', used: 63, allowed: 64 });
  expect(gma.budgets.filter(b => fill(b) > 1).map(b => b.what)).toEqual(['dependent reads']);
});

it('a vertex shader that reads a texture does not fit a Mali-400, however little it reads', () => {
  const mali = chipBudgets('vertex', usage).at(-1);
  expect(mali?.budgets.filter(b => fill(b) > 1).map(b => b.what)).toEqual(['texture']);
  expect(fill({ what: 'texture', used: 0, allowed: 0 })).toBe(0);
});
