import { Texture } from 'three';
import { expect, it } from 'vitest';
import { ScrollingTextures } from '../../../src/room/textures/scrolling-textures.ts';

it('moves modulo two lengths, after which a mirrored texture is the same again', () => {
  const scrolling = new ScrollingTextures();
  const texture = new Texture();
  scrolling.add(texture, [0.5, -0.25]);
  scrolling.moveTo(3);
  expect(texture.offset.toArray()).toEqual([1.5, -0.75]);
  scrolling.moveTo(4003);
  expect(texture.offset.toArray()).toEqual([1.5, -0.75]);
});

it('swings there and back: fastest in the middle, at the rate given', () => {
  const scrolling = new ScrollingTextures();
  const texture = new Texture();
  scrolling.add(texture, [0.3, 0], 4);
  const at = (seconds: number) => {
    scrolling.moveTo(seconds);
    return texture.offset.x;
  };
  expect(at(0.001)).toBeCloseTo(0.0003, 6);
  expect(at(1)).toBeCloseTo((0.3 * 4) / (2 * Math.PI), 6);
  expect(at(2)).toBeCloseTo(0, 6);
  expect(at(3)).toBeCloseTo(-at(1), 6);
});

it('moves a late arrival with the others, and ignores what was removed', () => {
  const scrolling = new ScrollingTextures();
  scrolling.moveTo(2);
  const [kept, gone] = [new Texture(), new Texture()];
  scrolling.add(kept, [0.25, 0]);
  scrolling.add(gone, [0.25, 0]);
  expect(kept.offset.x).toBe(0.5);
  scrolling.delete(gone);
  scrolling.moveTo(3);
  expect([kept.offset.x, gone.offset.x]).toEqual([0.75, 0.5]);
});
