import type { Disposable } from '../../core/disposal.ts';
import type { CameraRig } from './camera-rig.ts';
import { GesturePinch } from './gesture-pinch.ts';
import { fillsWindow, type TouchAction } from './page-gestures.ts';

export interface CameraInputOptions {
  /** A click or tap without a drag, in shares of the stage: 0, 0 = left top. */
  readonly onClick: (x: number, y: number, event: PointerEvent) => void;
  /** The mouse moved over the stage without a button. */
  readonly onHover: (x: number, y: number) => void;
  /** The user moves the camera: automatic movement must stop. */
  readonly onTake: () => void;
  readonly onHome: () => void;
  /** Keys for walking are held, -1 to 1, or were released (0, 0). @returns whether an avatar walks instead of the camera. */
  readonly onWalk?: (ahead: number, aside: number) => boolean;
  /** Switch between third and first person. */
  readonly onChangeEyes?: () => void;
  /** Look at another avatar: 1 the next one, -1 the one before. */
  readonly onNext: (step: 1 | -1) => void;
  /** Pause the room, or continue. */
  readonly onPause: () => void;
  /** Key events from before this code had loaded. They are handled now. */
  readonly early: readonly KeyboardEvent[];
}

/** Radians for a drag over the height of the stage. */
const DRAG_TURN = 2.6;
/** Radians and metres a second while a key is held. */
const KEY_TURN = 1.4;
const WALK_SPEED = 2.2;
const KEY_ZOOM = 2.2;
/** A click may move by this many pixels. */
const CLICK_SLACK = 5;

/** Keys by `code`: their position counts, not their label. */
const keys: Readonly<Record<string, keyof Held>> = {
  KeyW: 'ahead',
  KeyS: 'back',
  KeyA: 'left',
  KeyD: 'right',
  ArrowLeft: 'turnLeft',
  ArrowRight: 'turnRight',
  ArrowUp: 'turnUp',
  ArrowDown: 'turnDown',
  Equal: 'nearer',
  NumpadAdd: 'nearer',
  Minus: 'farther',
  NumpadSubtract: 'farther',
};
interface Held {
  ahead: number;
  back: number;
  left: number;
  right: number;
  turnLeft: number;
  turnRight: number;
  turnUp: number;
  turnDown: number;
  nearer: number;
  farther: number;
}
const nothingHeld: Readonly<Held> = {
  ahead: 0,
  back: 0,
  left: 0,
  right: 0,
  turnLeft: 0,
  turnRight: 0,
  turnUp: 0,
  turnDown: 0,
  nearer: 0,
  farther: 0,
};

interface Pointer {
  x: number;
  y: number;
}

/**
 * Moves the camera rig by mouse, touch and keyboard on the stage. Drag orbits. Right button, middle button or shift-drag pans.
 * The wheel zooms if the stage has the focus or fills the window, and always with ctrl. Two fingers pan and pinch. Keys are those of `keys`,
 * while the stage has the focus.
 */
export class CameraInput implements Disposable {
  readonly #stage: HTMLElement;
  readonly #rig: CameraRig;
  readonly #options: CameraInputOptions;
  readonly #abort = new AbortController();
  readonly #pointers = new Map<number, Pointer>();
  readonly #held: Held = { ...nothingHeld };
  readonly #resize: ResizeObserver;
  #touchAction: TouchAction | undefined;
  #fills = false;
  #panning = false;
  /** Whether keys were held in the last frame. */
  #walks = false;
  #wandered = 0;
  #gap = 0;

  constructor(stage: HTMLElement, rig: CameraRig, options: CameraInputOptions) {
    this.#stage = stage;
    this.#rig = rig;
    this.#options = options;
    const { signal } = this.#abort;
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      listener: (event: HTMLElementEventMap[K]) => void,
      passive = true,
    ) => stage.addEventListener(type, listener, { signal, passive });
    on('pointerdown', event => this.#down(event));
    on('pointermove', event => this.#move(event));
    on('pointerup', event => this.#up(event));
    on('pointercancel', event => this.#up(event));
    on('lostpointercapture', event => this.#up(event));
    on('contextmenu', event => event.preventDefault(), false);
    // The middle button moves the camera. The page must neither scroll nor paste.
    on('mousedown', event => event.button === 1 && event.preventDefault(), false);
    on('auxclick', event => event.button === 1 && event.preventDefault(), false);
    on('wheel', event => this.#wheel(event), false);
    on('keydown', event => this.#key(event), false);
    on('keyup', event => this.#release(event));
    on('blur', () => Object.assign(this.#held, nothingHeld));
    new GesturePinch(stage, signal, factor => {
      if (this.#pointers.size > 0) return;
      options.onTake();
      rig.zoom(factor);
    });
    this.#resize = new ResizeObserver(() => this.#fit());
    this.#resize.observe(stage);
    window.addEventListener('resize', () => this.#fit(), { signal });
    for (const event of options.early) {
      if (event.type === 'keydown') this.#key(event);
      else this.#release(event);
    }
  }

  /** CSS's `touch-action` of the stage. Undefined: `pan-y`, or `none` if the stage fills the window. */
  set touchAction(action: TouchAction | undefined) {
    this.#touchAction = action;
    this.#fit();
  }

  /** Whether the user is moving the camera now. */
  get active(): boolean {
    if (this.#pointers.size > 0) return true;
    for (const name in this.#held) if (this.#held[name as keyof Held]) return true;
    return false;
  }

  /** Moves the camera by the keys that are held. @param seconds - since the last frame. */
  update(seconds: number): void {
    const held = this.#held;
    const turn = KEY_TURN * seconds;
    const walk = WALK_SPEED * seconds;
    const yaw = held.turnLeft - held.turnRight;
    const pitch = held.turnUp - held.turnDown;
    if (yaw || pitch) this.#rig.turn(yaw * turn, pitch * turn);
    const ahead = held.ahead - held.back;
    const aside = held.right - held.left;
    if (ahead || aside || this.#walks) {
      this.#walks = ahead !== 0 || aside !== 0;
      if (!this.#options.onWalk?.(ahead, aside)) this.#rig.walk(ahead * walk, aside * walk);
    }
    const nearer = held.farther - held.nearer;
    if (nearer) this.#rig.zoom(KEY_ZOOM ** (nearer * seconds));
  }

  dispose(): void {
    this.#abort.abort();
    this.#resize.disconnect();
    this.#stage.style.touchAction = '';
    this.#pointers.clear();
    Object.assign(this.#held, nothingHeld);
    this.#stage.classList.remove('dragging', 'pointing');
  }

  #fit(): void {
    this.#fills = fillsWindow(this.#stage);
    this.#stage.style.touchAction = this.#touchAction ?? (this.#fills ? 'none' : 'pan-y');
  }

  #down(event: PointerEvent): void {
    this.#stage.focus({ preventScroll: true });
    this.#stage.setPointerCapture(event.pointerId);
    if (this.#pointers.size === 0) {
      this.#wandered = 0;
      this.#panning = event.button !== 0 || event.shiftKey;
    }
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#gap = this.#spread();
  }

  #move(event: PointerEvent): void {
    const pointer = this.#pointers.get(event.pointerId);
    const { clientWidth, clientHeight } = this.#stage;
    if (!pointer) {
      if (event.pointerType === 'mouse') this.#options.onHover(event.offsetX / clientWidth, event.offsetY / clientHeight);
      return;
    }
    const x = (event.clientX - pointer.x) / clientHeight;
    const y = (event.clientY - pointer.y) / clientHeight;
    this.#wandered += Math.abs(event.clientX - pointer.x) + Math.abs(event.clientY - pointer.y);
    pointer.x = event.clientX;
    pointer.y = event.clientY;
    if (this.#wandered <= CLICK_SLACK) return;
    this.#stage.classList.add('dragging');
    this.#options.onTake();
    const fingers = this.#pointers.size;
    if (fingers > 1) {
      const gap = this.#spread();
      if (this.#gap > 0 && gap > 0) this.#rig.zoom(this.#gap / gap);
      this.#gap = gap;
      this.#rig.pan(x / fingers, y / fingers);
    } else if (this.#panning) this.#rig.pan(x, y);
    else this.#rig.orbit(-x * DRAG_TURN, y * DRAG_TURN);
  }

  #up(event: PointerEvent): void {
    if (!this.#pointers.delete(event.pointerId)) return;
    this.#gap = this.#spread();
    if (this.#pointers.size > 0) {
      this.#wandered = Number.POSITIVE_INFINITY;
      return;
    }
    this.#stage.classList.remove('dragging');
    if (event.type !== 'pointerup' || this.#panning || this.#wandered > CLICK_SLACK) return;
    this.#options.onClick(event.offsetX / this.#stage.clientWidth, event.offsetY / this.#stage.clientHeight, event);
  }

  /** The wheel scrolls the page, unless the visitor clicked the room or holds ctrl. */
  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !this.#fills && !this.#stage.matches(':focus')) return;
    event.preventDefault();
    this.#options.onTake();
    // Converts lines and pages to pixels. A pinch on a touchpad arrives as a wheel event with ctrl, in small steps.
    const unit = event.deltaMode === 1 ? 30 : event.deltaMode === 2 ? 300 : 1;
    const step = Math.max(-300, Math.min(300, event.deltaY * unit)) * (event.ctrlKey ? 5 : 1);
    this.#rig.zoom(Math.exp(step * 0.0011));
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.code === 'KeyV' && this.#options.onChangeEyes) this.#options.onChangeEyes();
    else if (event.code === 'Home') this.#options.onHome();
    else if (event.code === 'KeyN') this.#options.onNext(event.shiftKey ? -1 : 1);
    else if (event.code === 'KeyP') this.#options.onPause();
    else if (keys[event.code]) {
      this.#options.onTake();
      this.#held[keys[event.code]] = 1;
    } else return;
    event.preventDefault();
  }

  #release(event: KeyboardEvent): void {
    const name = keys[event.code];
    if (name) this.#held[name] = 0;
  }

  /** Distance between two fingers, pixels; 0 with fewer. */
  #spread(): number {
    if (this.#pointers.size < 2) return 0;
    const [a, b] = this.#pointers.values();
    return Math.hypot(a.x - b.x, a.y - b.y);
  }
}
