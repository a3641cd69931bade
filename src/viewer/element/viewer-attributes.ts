import { deviceMemory } from '../../assets/memory/memory-budget.ts';
import { parseUrl } from '../../core/parse-url.ts';
import type { QualityMode } from '../../render/quality-governor.ts';
import { type TouchAction, touchActionOf } from '../camera/page-gestures.ts';
import type { RendererName } from '../stage/choose-renderer.ts';
import { memoryLimit } from '../visit/memory-limit.ts';

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
  loading?: Loading;
  reveal?: Reveal;
  paused?: boolean | '';
  /** The room's sound, where its document names one. */
  sound?: boolean | '';
  'touch-action'?: TouchAction;
  /** Degrees from top to bottom. */
  fov?: number | string;
  /** Metres. */
  'min-distance'?: number | string;
  'max-distance'?: number | string;
  /** Degrees a second; blank: 6. */
  'auto-rotate'?: boolean | number | string;
  /** 30 frames a second while nobody touches; `off`: never. */
  'save-battery'?: boolean | '' | 'off';
  /** URL that figures of the endpoints are sent to. */
  collector?: string;
}

/** `eager` opens at once, `lazy` when the viewer comes near the window; `auto`: at once, unless four viewers of the page are open already. */
export type Loading = 'auto' | 'eager' | 'lazy';

/** `auto` opens by itself, `interaction` when the visitor presses a button, `manual` when the page calls `reveal()`. */
export type Reveal = 'auto' | 'interaction' | 'manual';

const AUTO_ROTATE = 6;

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

  /** Absolute URL that figures of the endpoints are sent to; undefined where there is none. */
  get collector(): string | undefined {
    return absolute(this.#element.getAttribute('collector') ?? '') ?? undefined;
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

  get loading(): Loading {
    return this.#oneOf('loading', ['auto', 'eager', 'lazy']);
  }

  get reveal(): Reveal {
    return this.#oneOf('reveal', ['auto', 'interaction', 'manual']);
  }

  get paused(): boolean {
    return this.#element.hasAttribute('paused');
  }

  /** Whether the sound of the room is to be heard. */
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

  /** Whether 30 frames a second are enough while nobody touches; undefined: where the device runs on its battery. */
  get saveBattery(): boolean | undefined {
    const written = this.#element.getAttribute('save-battery');
    return written === null ? undefined : written.trim() !== 'off';
  }

  #oneOf<T extends string>(name: string, [first, ...others]: readonly [T, ...T[]]): T {
    const written = this.#element.getAttribute(name);
    return others.find(word => word === written) ?? first;
  }

  /** Undefined for what is blank, or no number. */
  #number(name: string): number | undefined {
    const written = this.#element.getAttribute(name)?.trim();
    const number = written ? Number(written) : Number.NaN;
    return Number.isFinite(number) ? number : undefined;
  }

  /** Whether few high textures are to be loaded: low quality, or a visitor who saves data and a page that does not ask for more. */
  get sparing(): boolean {
    if (this.quality !== 'auto') return this.quality === 'low';
    const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
    return connection?.saveData === true;
  }

  /** Bytes that a room may hold. */
  get memory(): number {
    return memoryLimit(this.#element.getAttribute('memory'), this.quality, deviceMemory());
  }
}

/** Null for what is blank, or no URL. */
function absolute(written: string): string | null {
  const trimmed = written.trim();
  return trimmed === '' ? null : (parseUrl(trimmed, document.baseURI)?.href ?? null);
}
