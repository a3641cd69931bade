import { expect, it } from 'vitest';
import { EditHistory } from '../../../src/viewer/meeting/decorating/edit-history.ts';

/** A number that edits add to. */
function counter() {
  const state = { value: 0, fails: false };
  const add = (by: number) => {
    const change = (sign: number) => async () => {
      if (state.fails) throw new Error('the server said no');
      state.value += sign * by;
    };
    state.value += by;
    return { undo: change(-1), redo: change(1) };
  };
  return { state, add };
}

it('goes back and forward, and forgets what was undone when something new is done', async () => {
  const { state, add } = counter();
  const history = new EditHistory();
  expect(history.canUndo).toBe(false);
  history.add(add(1));
  history.add(add(10));
  await history.undo();
  expect([state.value, history.canUndo, history.canRedo]).toEqual([1, true, true]);
  await history.redo();
  expect(state.value).toBe(11);
  await history.undo();
  await history.undo();
  await history.undo();
  expect(state.value).toBe(0);
  history.add(add(5));
  expect(history.canRedo).toBe(false);
  await history.undo();
  expect(state.value).toBe(0);
});

it('an edit that cannot be taken back is forgotten, and those before it can', async () => {
  const { state, add } = counter();
  const history = new EditHistory();
  history.add(add(1));
  history.add(add(10));
  state.fails = true;
  await expect(history.undo()).rejects.toThrow('no');
  state.fails = false;
  expect([history.canUndo, history.canRedo]).toEqual([true, false]);
  await history.undo();
  expect(state.value).toBe(10);
});

it('does one thing at a time', async () => {
  const { state, add } = counter();
  const history = new EditHistory();
  history.add(add(1));
  history.add(add(10));
  await Promise.all([history.undo(), history.undo()]);
  expect(state.value).toBe(1);
});
