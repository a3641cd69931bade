import { deviceMemory } from '../../assets/memory/memory-budget.ts';
import type { QualityMode } from '../../render/quality-governor.ts';
import type { RendererName } from './choose-renderer.ts';
import { memoryLimit } from './memory-limit.ts';

/** The attributes as markup writes them: for the types of JSX and templates. */
export interface RoomViewerAttributes {
  src?: string;
  poster?: string;
  alt?: string;
  'camera-controls'?: boolean | '';
  /** Shows people, chat, wardrobe and so on, over the picture. */
  controls?: boolean | '';
  quality?: QualityMode;
  /** MiB. */
  memory?: number | string;
  renderer?: RendererName;
  /** `off`, or the URL of the API's entry point where that is not `/api` of the room's origin. */
  live?: string;
}

/** What the attributes of a `<room-viewer>` say, whatever somebody wrote into them. */
export class ViewerAttributes {
  readonly #element: Pick<Element, 'getAttribute' | 'hasAttribute'>;

  constructor(element: Pick<Element, 'getAttribute' | 'hasAttribute'>) {
    this.#element = element;
  }

  /** Absolute URL of the room; what is none stands as it is written, blanks too; null where there is no attribute, or an empty one. */
  get src(): string | null {
    const written = this.#element.getAttribute('src') || null;
    return written && (absolute(written) ?? written);
  }

  /** Absolute URL of the picture before the room; null where there is none. */
  get poster(): string | null {
    return absolute(this.#element.getAttribute('poster') ?? '');
  }

  /** What a screen reader calls the picture, where the page says it. */
  get alt(): string | null {
    return this.#element.getAttribute('alt');
  }

  /** Whether a room whose documents name updates is followed. */
  get live(): boolean {
    return this.#element.getAttribute('live')?.trim() !== 'off';
  }

  /** Absolute URL of the API's entry point; undefined where the attribute names none. */
  get api(): string | undefined {
    return (this.live && absolute(this.#element.getAttribute('live') ?? '')) || undefined;
  }

  /** Whether the viewer has buttons of its own, as `<video controls>` has. */
  get buttons(): boolean {
    return this.#element.hasAttribute('controls');
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

/** Null for what is blank, or no URL. */
function absolute(written: string): string | null {
  const trimmed = written.trim();
  return trimmed !== '' && URL.canParse(trimmed, document.baseURI) ? new URL(trimmed, document.baseURI).href : null;
}
