import type { Disposable } from '../../core/disposal.ts';
import type { Words } from '../strings/words.ts';
import type { Inspected } from './inspector.ts';

/** Opens and closes the inspector of one viewer. Its code is loaded when it is first opened. */
export class InspectorPanel implements Disposable {
  readonly #root: ShadowRoot;
  readonly #words: Words;
  readonly #inspect: () => Inspected | undefined;
  readonly #stage: HTMLElement;
  #close: (() => void) | undefined;

  /**
   * @param root - the parent of the panel.
   * @param stage - its keys I and Escape open and close it. Gets the focus back.
   */
  constructor(root: ShadowRoot, stage: HTMLElement, words: Words, inspect: () => Inspected | undefined) {
    this.#root = root;
    this.#stage = stage;
    this.#words = words;
    this.#inspect = inspect;
    stage.addEventListener('keydown', ({ code, ctrlKey, metaKey, altKey }) => {
      if (ctrlKey || metaKey || altKey) return;
      if (code === 'KeyI' || (code === 'Escape' && this.#close)) this.#toggleByHand();
    });
  }

  /** @throws TypeError if its code cannot be loaded. */
  async toggle(): Promise<void> {
    if (this.#close) {
      const inside = this.#root.querySelector('.inspector')?.matches(':focus-within');
      this.dispose();
      if (inside) this.#stage.focus({ preventScroll: true });
      return;
    }
    const { openInspector } = await import('./inspector.ts');
    if (this.#close || !this.#inspect()) return;
    this.#close = openInspector(this.#root, this.#words, this.#inspect, () => this.#toggleByHand());
  }

  /** If its code cannot be loaded, the next key press tries again. */
  #toggleByHand(): void {
    this.toggle().catch(() => {});
  }

  /** Closes it. Twice is harmless. */
  dispose(): void {
    this.#close?.();
    this.#close = undefined;
  }
}
