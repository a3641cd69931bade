import { expect, it, vi } from 'vitest';
import { Emitter } from '../../src/core/emitter.ts';

it('calls listeners in the order they were added, until they are removed', () => {
  const emitter = new Emitter<{ tick: number }>();
  const heard: string[] = [];
  const off = emitter.on('tick', n => heard.push(`a${n}`));
  emitter.on('tick', n => heard.push(`b${n}`));
  emitter.emit('tick', 1);
  off();
  off();
  emitter.emit('tick', 2);
  expect(heard).toEqual(['a1', 'b1', 'b2']);
});

it('a listener that throws is reported and does not silence the others', () => {
  const reported: (() => void)[] = [];
  vi.stubGlobal('queueMicrotask', (task: () => void) => reported.push(task));
  const emitter = new Emitter<{ tick: number }>();
  let heard = 0;
  emitter.on('tick', () => {
    throw new Error('broken listener');
  });
  emitter.on('tick', n => (heard += n));
  emitter.emit('tick', 3);
  vi.unstubAllGlobals();
  expect(heard).toBe(3);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toThrow('broken listener');
});

it('clear() removes all', () => {
  const emitter = new Emitter<{ tick: number }>();
  let heard = 0;
  emitter.on('tick', n => (heard += n));
  emitter.clear();
  emitter.emit('tick', 1);
  expect(heard).toBe(0);
});
