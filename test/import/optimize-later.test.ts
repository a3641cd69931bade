import { expect, it, vi } from 'vitest';
import { optimizeAsUsual, optimizeLater } from '../../src/import/optimize-later.ts';

it('sets a flag of V8 on Node 20 alone, and goes on where it may not', () => {
  const set = vi.fn();
  for (const version of [undefined, '', '12.4.254.21-node.33', '13.6.233.10-node.28']) optimizeLater(version ?? 'none', set);
  expect(set).not.toHaveBeenCalled();
  optimizeLater('11.3.244.8-node.30', set);
  expect(set).toHaveBeenLastCalledWith('--interrupt-budget=1000000');
  optimizeAsUsual('11.3.244.8-node.30', set);
  expect(set).toHaveBeenLastCalledWith('--interrupt-budget=67584');
  set.mockImplementation(() => {
    throw new Error('not allowed');
  });
  expect(() => optimizeLater('11.3.244.8-node.30', set)).not.toThrow();
});
