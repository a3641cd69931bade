import type { DrawItem, DrawList } from '../frame/draw-list.ts';
import type { ViewState } from '../frame/view-state.ts';
import type { ImpostorDependencies, Impostors } from './impostors.ts';

/**
 * Impostors whose code and programs come when somebody first wants them: the picture that a room opens with needs neither. Until
 * both are there, and where the code cannot be had, figures are drawn as meshes.
 */
export class LazyImpostors {
  readonly #ports: ImpostorDependencies;
  /** Begins to compile what the pictures need; true once it is ready. */
  readonly #prepared: () => boolean;
  #made: Impostors | undefined;
  #coming: Promise<void> | undefined;
  #ready = false;
  #disposed = false;

  constructor(ports: ImpostorDependencies, prepared: () => boolean) {
    this.#ports = ports;
    this.#prepared = prepared;
  }

  /** Resolves when the code is there, or cannot be had. */
  load(): Promise<void> {
    this.#coming ??= this.#load();
    return this.#coming;
  }

  /** Figures shown as pictures in the latest frame. */
  get count(): number {
    return this.#made?.count ?? 0;
  }

  /** Bytes of the atlas on the GPU now. */
  get bytes(): number {
    return this.#made?.bytes ?? 0;
  }

  /** The batch that shows them, to be drawn with the scene. */
  get item(): DrawItem | undefined {
    return this.#made?.item;
  }

  /** @param changed - something came, went or was exchanged: pictures may show what nobody wears any more. */
  prepare(list: DrawList, view: ViewState, pixels: number, changed: boolean): void {
    if (pixels > 0 && !this.#coming) void this.load();
    const impostors = this.#made;
    if (!impostors) return;
    if (changed) impostors.forgetPictures();
    if (changed || !this.#ready) this.#ready = pixels > 0 && this.#prepared();
    impostors.prepare(list, view, this.#ready ? pixels : 0);
  }

  /** After a lost context. */
  forget(): void {
    this.#ready = false;
    this.#made?.forget();
  }

  dispose(): void {
    this.#disposed = true;
    this.#made?.dispose();
    this.#made = undefined;
  }

  async #load(): Promise<void> {
    try {
      const module = await import('./impostors.ts');
      if (!this.#disposed) this.#made = new module.Impostors(this.#ports);
    } catch (error) {
      // Offline, or a newer site: meshes do as well.
      console.warn('the code of impostors did not come; small figures stay meshes', error);
    }
  }
}
