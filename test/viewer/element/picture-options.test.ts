import { describe, expect, it } from 'vitest';
import { pictureSize } from '../../../src/viewer/element/picture-options.ts';

describe('the size of a picture', () => {
  it.each([
    [{}, undefined],
    [
      { width: 200, height: 100 },
      { width: 200, height: 100 },
    ],
    [{ width: 1280 }, { width: 1280, height: 720 }],
    [{ height: 720 }, { width: 1280, height: 720 }],
    [
      { width: 1, height: undefined },
      { width: 1, height: 1 },
    ],
  ])('%j: sides that are given, and the other by the shape of the canvas', (options, size) => {
    expect(pictureSize(options, 16 / 9)).toEqual(size);
  });

  it.each([
    { width: 0 },
    { height: 0 },
    { width: Number.NaN },
    { height: 8192 },
    { width: 8193, height: 1 },
    { width: -1 },
  ])('%j: no size, in words', options => {
    expect(() => pictureSize(options, 16 / 9)).toThrow(/a picture is 1 to 8192 pixels a side, got/);
  });
});
