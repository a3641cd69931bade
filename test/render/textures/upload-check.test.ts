import { describe, expect, it } from 'vitest';
import { UploadCheck, UploadRefusedError } from '../../../src/render/textures/upload-check.ts';

/** A driver that returns `errors` in order. It counts how often it was asked. */
function driver(...errors: number[]) {
  const state = { asked: 0, lost: false };
  const gl = {
    OUT_OF_MEMORY: 1285,
    getError: () => {
      state.asked++;
      return errors.shift() ?? 0;
    },
    isContextLost: () => state.lost,
  } as unknown as WebGLRenderingContext;
  return { gl, state };
}

describe('UploadCheck', () => {
  it('checks only the first upload of each way', () => {
    const { gl, state } = driver();
    const check = new UploadCheck(gl);
    let sent = 0;
    for (let i = 0; i < 5; i++) check.upload('bitmap', () => sent++);
    expect([sent, state.asked]).toEqual([5, 2]);
    check.upload('data', () => sent++);
    expect(state.asked).toBe(4);
  });

  it('keeps refusing a refused way, and no other', () => {
    const { gl } = driver(0, 1281);
    const check = new UploadCheck(gl);
    expect(check.took('bitmap', () => {})).toBe(false);
    expect([check.refuses('bitmap'), check.refuses('element')]).toEqual([true, false]);
    expect(check.took('element', () => {})).toBe(true);
    expect(() => check.upload('bitmap', () => {})).toThrow(UploadRefusedError);
  });

  it('ignores the errors of earlier calls', () => {
    const { gl } = driver(1280, 1282, 0, 0);
    expect(new UploadCheck(gl).took('bitmap', () => {})).toBe(true);
  });

  it('fails only one texture when memory is short, and lets the next one try', () => {
    const { gl } = driver(0, 1285, 0, 0);
    const check = new UploadCheck(gl);
    expect(() => check.upload('compressed', () => {})).toThrow('WebGL error 1285');
    expect(check.took('compressed', () => {})).toBe(true);
  });

  it('learns nothing from a lost context', () => {
    const { gl, state } = driver(0, 37442);
    state.lost = true;
    const check = new UploadCheck(gl);
    expect([check.took('bitmap', () => {}), check.refuses('bitmap')]).toEqual([true, false]);
  });
});
