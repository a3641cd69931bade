import { deviceMemory } from '../../assets/memory/memory-budget.ts';
import { parseUrl } from '../../core/parse-url.ts';
import type { QualityMode } from '../../render/quality-governor.ts';
import { type TouchAction, touchActionOf } from '../camera/page-gestures.ts';
import type { RendererName } from '../stage/choose-renderer.ts';
import { memoryLimit } from '../visit/memory-limit.ts';

/** The attributes as written in markup, for the types of JSX and templates. */
export interface RoomViewerAttributes {
  src?: string | undefined;
  poster?: string | undefined;
  alt?: string | undefined;
  'camera-controls'?: boolean | '' | undefined;
  /** Shows people, chat, wardrobe and so on, over the picture. */
  controls?: boolean | '' | undefined;
  quality?: QualityMode | undefined;
  /** MiB. */
  memory?: number | string | undefined;
  renderer?: RendererName | undefined;
  /** `off`, or the URL of the API's entry point; `/api` on the room's origin by default, after redirects. */
  live?: string | undefined;
  loading?: Loading | undefined;
  reveal?: Reveal | undefined;
  paused?: boolean | '' | undefined;
  /** Plays the room's sound, if its document names one. */
  sound?: boolean | '' | undefined;
  'touch-action'?: TouchAction | undefined;
  /** Degrees from top to bottom. */
  fov?: number | string | undefined;
  /** Metres. */
  'min-distance'?: number | string | undefined;
  'max-distance'?: number | string | undefined;
  /** Degrees a second; blank: 6. */
  'auto-rotate'?: boolean | number | string | undefined;
  /** 30 frames a second while the visitor is inactive. `off`: never. */
  'save-battery'?: boolean | '' | 'off' | undefined;
  /** URL that receives the figures of the endpoints. */
  collector?: string | undefined;
}

/** `eager` opens at once, `lazy` when the viewer comes near the window, `auto` at once unless four viewers of the page are open. */
export type Loading = 'auto' | 'eager' | 'lazy';

/** `auto` opens by itself, `interaction` when the visitor presses a button, `manual` when the page calls `reveal()`. */
export type Reveal = 'auto' | 'interaction' | 'manual';

const AUTO_ROTATE = 6;

/** Reads the attributes of a `<room-viewer>`. Invalid values become defaults. */
export class ViewerAttributes {
  readonly #element: Pick<Element, 'getAttribute' | 'hasAttribute'>;

  constructor(element: Pick<Element, 'getAttribute' | 'hasAttribute'>) {
    this.#element = element;
  }

  /** Absolute URL of the room. An invalid or blank value is returned as it is. Null if the attribute is missing or empty. */
  get src(): string | null {
    const written = this.#element.getAttribute('src') || null;
    return written && (absolute(written) ?? written);
  }

  /** Absolute URL of the poster; null if there is none. */
  get poster(): string | null {
    return absolute(this.#element.getAttribute('poster') ?? '');
  }

  /** Absolute URL that receives the figures of the endpoints; undefined if there is none. */
  get collector(): string | undefined {
    return absolute(this.#element.getAttribute('collector') ?? '') ?? undefined;
  }

  /** Name of the picture for screen readers, if the page sets one. */
  get alt(): string | null {
    return this.#element.getAttribute('alt');
  }

  /** Whether the updates of a live room are followed. */
  get live(): boolean {
    return this.#element.getAttribute('live')?.trim() !== 'off';
  }

  /** Absolute URL of the API's entry point; undefined if the attribute names none. */
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

  get loading(): Loading {
    return this.#oneOf('loading', ['auto', 'eager', 'lazy']);
  }

  get reveal(): Reveal {
    return this.#oneOf('reveal', ['auto', 'interaction', 'manual']);
  }

  get paused(): boolean {
    return this.#element.hasAttribute('paused');
  }

  /** Whether the sound of the room plays. */
  get sound(): boolean {
    return this.#element.hasAttribute('sound');
  }

  get touchAction(): TouchAction | undefined {
    return touchActionOf(this.#element.getAttribute('touch-action'));
  }

  /** Degrees from top to bottom, 10 to 120. */
  get fov(): number {
    return Math.min(120, Math.max(10, this.#number('fov') ?? 50));
  }

  /** Metres. */
  get minDistance(): number | undefined {
    return this.#number('min-distance');
  }

  get maxDistance(): number | undefined {
    return this.#number('max-distance');
  }

  /** Degrees a second; 0 without the attribute. */
  get autoRotate(): number {
    return this.#element.hasAttribute('auto-rotate') ? (this.#number('auto-rotate') ?? AUTO_ROTATE) : 0;
  }

  /** Whether to draw 30 frames a second while the visitor is inactive. Undefined: if the device runs on battery. */
  get saveBattery(): boolean | undefined {
    const written = this.#element.getAttribute('save-battery');
    return written === null ? undefined : written.trim() !== 'off';
  }

  #oneOf<T extends string>(name: string, [first, ...others]: readonly [T, ...T[]]): T {
    const written = this.#element.getAttribute(name);
    return others.find(word => word === written) ?? first;
  }

  /** Undefined for a blank value or not a number. */
  #number(name: string): number | undefined {
    const written = this.#element.getAttribute(name)?.trim();
    const number = written ? Number(written) : Number.NaN;
    return Number.isFinite(number) ? number : undefined;
  }

  /** Whether few high textures are loaded: with low quality, or for a visitor who saves data unless the page sets a quality. */
  get sparing(): boolean {
    if (this.quality !== 'auto') return this.quality === 'low';
    const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
    return connection?.saveData === true;
  }

  /** Memory limit of a room, bytes. */
  get memory(): number {
    return memoryLimit(this.#element.getAttribute('memory'), this.quality, deviceMemory());
  }
}

/** Null for a blank or invalid URL. */
function absolute(written: string): string | null {
  const trimmed = written.trim();
  return trimmed === '' ? null : (parseUrl(trimmed, document.baseURI)?.href ?? null);
}
