import { expect, it } from 'vitest';
import { Disposal } from '../../src/core/disposal.ts';

it('undoes in the reverse order, once', () => {
  const owned = new Disposal();
  const undone: string[] = [];
  owned.add(() => undone.push('first'));
  owned.add({ dispose: () => undone.push('second') });
  owned.dispose();
  owned.dispose();
  expect(undone).toEqual(['second', 'first']);
  expect(owned.disposed).toBe(true);
});

it('what is added after disposal is undone at once', () => {
  const owned = new Disposal();
  owned.dispose();
  let undone = 0;
  owned.add(() => undone++);
  expect(undone).toBe(1);
});
