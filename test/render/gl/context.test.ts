import { describe, expect, it } from 'vitest';
import { ContextError, createContext } from '../../../src/render/gl/context.ts';
import { ThreeBackend } from '../../../src/render/three/three-backend.ts';

/** A canvas without WebGL that reports a reason. */
class RefusingCanvas extends EventTarget {
  readonly #reason: string;

  constructor(reason: string) {
    super();
    this.#reason = reason;
  }

  getContext(): null {
    this.dispatchEvent(Object.assign(new Event('webglcontextcreationerror'), { statusMessage: this.#reason }));
    return null;
  }
}

const refusing = (reason: string) => new RefusingCanvas(reason) as unknown as HTMLCanvasElement;

describe('a machine without WebGL', () => {
  it('throws a ContextError with the browser’s message', () => {
    expect(() => createContext(refusing('GPU process crashed too often'), {})).toThrow(ContextError);
    expect(() => createContext(refusing('GPU process crashed too often'), {})).toThrow(
      'WebGL is not available: GPU process crashed too often',
    );
    expect(() => createContext(refusing(''), {})).toThrow(/^WebGL is not available$/);
  });

  it('also throws without WebGL 2, which three needs', () => {
    expect(() => new ThreeBackend({ canvas: refusing('') })).toThrow(new ContextError('no WebGL 2'));
  });
});
