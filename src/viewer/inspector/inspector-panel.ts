import type { Disposable } from '../../core/disposal.ts';
import type { Words } from '../strings/words.ts';
import type { Inspected } from './inspector.ts';

/** The inspector of one viewer: opened, closed, and its code loaded when it is first asked for. */
export class InspectorPanel implements Disposable {
  readonly #root: ShadowRoot;
  readonly #words: Words;
  readonly #inspect: () => Inspected | undefined;
  readonly #stage: HTMLElement;
  #close: (() => void) | undefined;

  /**
   * @param root - what it is laid over.
   * @param stage - whose keys open and close it (I, Escape); gets the focus back.
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

  /** @throws TypeError where its code cannot be loaded. */
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

  /** Offline its code may not arrive: the next key press tries again. */
  #toggleByHand(): void {
    this.toggle().catch(() => {});
  }

  /** Closes it. Twice is harmless. */
  dispose(): void {
    this.#close?.();
    this.#close = undefined;
  }
}
