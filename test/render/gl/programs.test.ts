import { describe, expect, it } from 'vitest';
import type { Extensions } from '../../../src/render/gl/context.ts';
import { Programs, ShaderError } from '../../../src/render/gl/programs.ts';
import { LIT, MAP } from '../../../src/render/materials/surface-variant.ts';
import { VirtualClock } from '../../virtual-clock.ts';

/** A driver that compiles nothing, or has lost its context. `alive` counts objects that were created and not deleted. */
function driver({ lost = false, links = (): boolean => false } = {}) {
  const alive = { programs: 0, shaders: 0 };
  const calls: Record<string, (...args: never[]) => unknown> = {
    createProgram: () => ({ number: ++alive.programs }),
    deleteProgram: () => alive.programs--,
    createShader: () => ({ number: ++alive.shaders }),
    deleteShader: () => alive.shaders--,
    getProgramParameter: () => (lost ? null : links()),
    getShaderInfoLog: () => 'ERROR: 0:12: out of slots',
    getProgramInfoLog: () => '',
    isContextLost: () => lost,
  };
  const clock = new VirtualClock();
  const gl = new Proxy({}, { get: (_, name: string) => calls[name] ?? (() => null) }) as WebGLRenderingContext;
  return { alive, clock, programs: new Programs(gl, { parallelCompile: null } as Extensions, clock) };
}

describe('a variant that the driver refuses', () => {
  it('throws a ShaderError with its name and the log, and leaves nothing on the GPU', () => {
    const { alive, programs } = driver();
    expect(() => programs.get(LIT | MAP)).toThrow(ShaderError);
    expect(() => programs.get(LIT | MAP)).toThrow(/^the shader variant ".+" does not compile: ERROR: 0:12: out of slots/);
    expect([alive, programs.count]).toEqual([{ programs: 0, shaders: 0 }, 0]);
  });

  it('does not stop the other variants; a driver that refuses all is an error', async () => {
    let asked = 0;
    const { clock, programs } = driver({ links: () => ++asked !== 2 });
    const all = new Set([LIT, MAP, LIT | MAP]);
    await programs.warm(
      all,
      () => clock.advance(20),
      () => false,
    );
    expect(programs.count).toBe(2);
    const none = driver();
    const warm = none.programs.warm(
      all,
      () => none.clock.advance(20),
      () => false,
    );
    await expect(warm).rejects.toThrow(ShaderError);
    expect(none.alive).toEqual({ programs: 0, shaders: 0 });
  });

  it('is no error after a lost context, which refuses everything', () => {
    const { programs } = driver({ lost: true });
    expect(() => programs.get(LIT | MAP)).not.toThrow();
  });
});

describe('a driver that cannot report whether it has finished', () => {
  it('is not queried for the time of a frame', async () => {
    const { clock, programs } = driver();
    expect(programs.isReady(LIT)).toBe(false);
    programs.start(LIT);
    expect(programs.isReady(LIT)).toBe(false);
    await clock.advance(10);
    expect(programs.isReady(LIT)).toBe(false);
    await clock.advance(6);
    expect(programs.isReady(LIT)).toBe(true);
  });
});
