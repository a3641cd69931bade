import type { Disposable } from '../../../core/disposal.ts';

/** Elements that float over the picture: moved by their transform alone, measured without a layout of their own, and used again. */

/** Pixels beside the picture at which an element may lie; farther ones are brought there. */
const BESIDE = 512;
/** The pictures up to this size, CSS pixels, share their strings. */
const MOST_PIXELS = 8192;
/** Elements of one kind that are kept for the next person. */
const MOST_SPARE = 16;

/** `translate(12px,` and `34px)` by whole pixels: a frame that moves thirty elements would make 6 KB of strings otherwise. */
const across: string[] = [];
const down: string[] = [];

function translation(x: number, y: number): string {
  const column = x + BESIDE;
  const row = y + BESIDE;
  across[column] ??= `translate(${x}px,`;
  down[row] ??= `${y}px)`;
  return across[column] + down[row];
}

const whole = (pixels: number) => Math.round(Math.min(MOST_PIXELS, Math.max(-BESIDE, pixels)));

/** An element that is moved over the picture. */
export class FloatingElement {
  readonly element: HTMLElement;
  /** CSS pixels; 0 until the browser has laid it out. */
  width = 0;
  height = 0;
  #x = Number.NaN;
  #y = Number.NaN;
  #shown = false;

  constructor(kind: string) {
    this.element = document.createElement('div');
    this.element.className = kind;
    this.element.setAttribute('part', kind);
  }

  get shown(): boolean {
    return this.#shown;
  }

  set shown(shown: boolean) {
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.classList.toggle('shown', shown);
  }

  /** Reads how large it is. To be called only after a layout: it would make the browser do one. */
  measure(): void {
    this.width = this.element.offsetWidth;
    this.height = this.element.offsetHeight;
  }

  /** Moves its left top corner, to whole pixels: letters stay sharp. Standing still costs nothing. */
  move(x: number, y: number): void {
    const left = whole(x);
    const top = whole(y);
    if (left === this.#x && top === this.#y) return;
    this.#x = left;
    this.#y = top;
    this.element.style.transform = translation(left, top);
  }
}

/** The tags or the bubbles of one viewer. */
export class FloatingElements implements Disposable {
  readonly #layer: HTMLElement;
  readonly #kind: string;
  readonly #spare: FloatingElement[] = [];
  readonly #byElement = new Map<Element, FloatingElement>();
  /**
   * Told of sizes after the layout that the browser does anyway. To read a size as the text is set would cost a layout of the whole page for
   * each message: half of the time that a busy room took.
   */
  readonly #sizes: ResizeObserver;

  /** @param kind - class and part of the elements. */
  constructor(layer: HTMLElement, kind: string) {
    this.#layer = layer;
    this.#kind = kind;
    this.#sizes = new ResizeObserver(entries => {
      for (const { target } of entries) this.#byElement.get(target)?.measure();
    });
  }

  /** An element that is not shown yet; its size is known after the next layout. */
  take(): FloatingElement {
    const floating = this.#spare.pop() ?? new FloatingElement(this.#kind);
    floating.width = floating.height = 0;
    this.#byElement.set(floating.element, floating);
    this.#layer.append(floating.element);
    this.#sizes.observe(floating.element);
    return floating;
  }

  giveBack(floating: FloatingElement): void {
    floating.shown = false;
    this.#sizes.unobserve(floating.element);
    this.#byElement.delete(floating.element);
    floating.element.remove();
    if (this.#spare.length < MOST_SPARE) this.#spare.push(floating);
  }

  dispose(): void {
    this.#sizes.disconnect();
    for (const { element } of this.#byElement.values()) element.remove();
    this.#byElement.clear();
    this.#spare.length = 0;
  }
}
