import { describe, expect, it } from 'vitest';
import { InitialView } from '../../../src/viewer/camera/initial-view.ts';

const door = { position: [0, 1.7, 5], target: [0, 1.2, 0] } as const;
const window = { position: [3, 1, 1], target: [0, 1, 0] } as const;

describe('InitialView', () => {
  it('is by the door, where nobody asked for anything else', () => {
    const way = new InitialView();
    way.open('a', window);
    expect(way.enter('a')).toBeUndefined();
    way.open('b', window);
    expect(way.enter('b')).toBeUndefined();
    way.open('a', window);
    expect(way.enter('a')).toBeUndefined();
  });

  it('is where one was, when the same room is entered again, however many tries that takes', () => {
    const way = new InitialView();
    way.open('a', door);
    way.enter('a');
    way.open('a', window);
    // A new camera, which is nowhere yet.
    way.open('a', door);
    expect(way.ahead('a')).toEqual(window);
    expect(way.enter('a')).toEqual(window);
    expect(way.ahead('a')).toBeUndefined();
  });

  it('a room that did not open leaves no view behind', () => {
    const way = new InitialView();
    way.open('a', door);
    way.enter('a');
    way.open('nowhere', window);
    way.open('a', window);
    expect(way.enter('a')).toBeUndefined();
  });

  it('is where the page asked for before the room was there, in that room only', () => {
    const way = new InitialView();
    expect(way.ask('a', window)).toBe(false);
    way.open('a', door);
    expect(way.enter('a')).toEqual(window);
    expect(way.ask('a', window)).toBe(true);
    expect(way.ask('b', window)).toBe(false);
    way.open('c', door);
    way.enter('c');
    way.open('b', door);
    expect(way.enter('b')).toBeUndefined();
  });

  it('what was asked for while there was no room holds for the next one', () => {
    const way = new InitialView();
    expect(way.ask(null, window)).toBe(false);
    way.open('a', door);
    expect(way.ahead('a')).toEqual(window);
    expect(way.enter('a')).toEqual(window);
  });

  it('what the page asked for while the room comes back counts, not where one was', () => {
    const way = new InitialView();
    way.open('a', door);
    way.enter('a');
    way.open('a', door);
    expect(way.ask('a', window)).toBe(false);
    expect(way.enter('a')).toEqual(window);
  });

  it('is by the door after the viewer was emptied', () => {
    const way = new InitialView();
    way.open('a', door);
    way.enter('a');
    way.forget();
    way.open('a', window);
    expect(way.enter('a')).toBeUndefined();
  });
});
