import { type FindInclude, includedNames } from '../../d3d9/source/includes.ts';

/** The files that shaders can include: those dropped on the page, and three's shader chunks, which load on demand. */
export class IncludedFiles {
  readonly #files = new Map<string, string>();
  #chunks: Readonly<Record<string, string>> | undefined;
  #loading: Promise<void> | undefined;

  add(name: string, text: string): void {
    this.#files.set(name, text);
  }

  get names(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** Finds a dropped file by its path or by its name alone: `#include "lib/noise.glsl"` finds noise.glsl. */
  readonly file: FindInclude = name => this.#files.get(name) ?? this.#files.get(name.split('/').pop() ?? '');

  readonly chunk: FindInclude = name => (this.#chunks && Object.hasOwn(this.#chunks, name) ? this.#chunks[name] : undefined);

  /**
   * Loads three's chunks where the source includes a name that no dropped file has.
   *
   * @returns a promise that settles once the names are available, or undefined where nothing has to load
   */
  load(source: string): Promise<void> | undefined {
    if (this.#chunks || !includedNames(source).some(name => this.file(name) === undefined)) return undefined;
    this.#loading ??= import('three/src/renderers/shaders/ShaderChunk.js').then(
      ({ ShaderChunk }) => void (this.#chunks = ShaderChunk),
      () => void (this.#chunks = {}),
    );
    return this.#loading;
  }
}
