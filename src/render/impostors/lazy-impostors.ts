import type { DrawItem, DrawList } from '../frame/draw-list.ts';
import type { ViewState } from '../frame/view-state.ts';
import type { ImpostorDependencies, Impostors } from './impostors.ts';

/**
 * Loads the code and programs of impostors on first use, because a room's first frame needs neither. Until both are ready, or if
 * the code cannot be loaded, figures are drawn as meshes.
 */
export class LazyImpostors {
  readonly #ports: ImpostorDependencies;
  /** Starts to compile the programs of impostors. It returns true once they are ready. */
  readonly #prepared: () => boolean;
  #made: Impostors | undefined;
  #coming: Promise<void> | undefined;
  #ready = false;
  #disposed = false;

  constructor(ports: ImpostorDependencies, prepared: () => boolean) {
    this.#ports = ports;
    this.#prepared = prepared;
  }

  /** Loads the code. It resolves once the code has arrived or failed. */
  load(): Promise<void> {
    this.#coming ??= this.#load();
    return this.#coming;
  }

  /** Number of figures drawn as impostors in the latest frame. */
  get count(): number {
    return this.#made?.count ?? 0;
  }

  /** Current bytes of the atlas on the GPU. */
  get bytes(): number {
    return this.#made?.bytes ?? 0;
  }

  /** The batch of impostors, to be drawn with the scene. */
  get item(): DrawItem | undefined {
    return this.#made?.item;
  }

  /**
   * Prepares the impostors of a frame.
   *
   * @param changed - true if an object was added, removed or replaced, because pictures may then show old outfits.
   */
  prepare(list: DrawList, view: ViewState, pixels: number, changed: boolean): void {
    if (pixels > 0 && !this.#coming) void this.load();
    const impostors = this.#made;
    if (!impostors) return;
    if (changed) impostors.forgetPictures();
    if (changed || !this.#ready) this.#ready = pixels > 0 && this.#prepared();
    impostors.prepare(list, view, this.#ready ? pixels : 0);
  }

  /** Forgets all GPU objects after a lost context. */
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
      // The page is offline or the site has a newer version. Meshes work as well.
      console.warn('the code of impostors did not come; small figures stay meshes', error);
    }
  }
}
