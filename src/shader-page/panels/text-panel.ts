import { hlslText } from '../../d3d9/hlsl/hlsl-text.ts';
import { preprocessedText } from '../../d3d9/source/preprocessed.ts';
import { element } from '../element.ts';
import type { Stage } from '../permalink.ts';
import { linkProgram } from '../timing/program.ts';

/** Shows the same shader in other forms: preprocessed, as HLSL, and as this browser passes it to its driver. */
export class TextPanel {
  readonly #kind = element('text-kind', HTMLSelectElement);
  readonly #text = element('text', HTMLPreElement);
  readonly #gl: () => WebGLRenderingContext | null;
  #stage: Stage = 'vertex';
  #source = '';

  constructor(gl: () => WebGLRenderingContext | null) {
    this.#gl = gl;
    this.#kind.addEventListener('change', () => this.#update());
  }

  /** Shows a shader that compiles, in the form that WebGL receives. */
  show(stage: Stage, source: string): void {
    this.#stage = stage;
    this.#source = source;
    this.#update();
  }

  #update(): void {
    try {
      this.#text.textContent = this.#make();
    } catch (error) {
      this.#text.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  #make(): string {
    if (this.#kind.value === 'preprocessed') return preprocessedText(this.#source);
    if (this.#kind.value === 'hlsl') return hlslText(this.#source, this.#stage);
    const gl = this.#gl();
    if (!gl) return 'This browser has no WebGL here: the static part works all the same.';
    try {
      const program = linkProgram(gl, this.#stage, this.#source);
      const text = program.translated ?? 'This browser does not tell (it lacks WEBGL_debug_shaders).';
      program.dispose();
      return text;
    } catch (error) {
      return `The driver says: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}
