import { deviceMemory } from '../assets/memory-budget.ts';
import type { QualityMode } from '../render/quality-governor.ts';
import type { RendererName } from './choose-renderer.ts';
import { memoryLimit } from './memory-limit.ts';

/** What the attributes of a `<room-viewer>` say, whatever somebody wrote into them. */
export class ViewerAttributes {
  readonly #element: Pick<Element, 'getAttribute' | 'hasAttribute'>;

  constructor(element: Pick<Element, 'getAttribute' | 'hasAttribute'>) {
    this.#element = element;
  }

  /** Absolute URL; what is none stands as it is written; null where nothing is. */
  url(attribute: 'src' | 'poster'): string | null {
    const value = this.#element.getAttribute(attribute)?.trim() ?? '';
    if (value === '') return null;
    return URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI).href : value;
  }

  /** What a screen reader calls the picture, where the page says it. */
  get alt(): string | null {
    return this.#element.getAttribute('alt');
  }

  get controls(): boolean {
    return this.#element.hasAttribute('camera-controls');
  }

  get renderer(): RendererName {
    return this.#element.getAttribute('renderer') === 'three' ? 'three' : 'lean';
  }

  get quality(): QualityMode {
    const quality = this.#element.getAttribute('quality');
    return quality === 'low' || quality === 'high' ? quality : 'auto';
  }

  /** Bytes that a room may hold. */
  get memory(): number {
    return memoryLimit(this.#element.getAttribute('memory'), this.quality, deviceMemory());
  }
}
