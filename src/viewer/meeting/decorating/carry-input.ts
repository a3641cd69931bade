import { Plane, Ray, Vector3 } from 'three';
import type { Disposable } from '../../../core/disposal.ts';
import type { LiveFurniture } from '../../../room/furniture/live-furniture.ts';
import { aim } from '../../camera/aim.ts';
import { pickRoom } from '../../camera/pick-room.ts';
import type { MeetingHost } from '../meeting-host.ts';
import type { FurnitureEditor } from './furniture-editor.ts';

/** Furniture cannot stand on steeper surfaces (cosine of the slope). */
const LEVEL = 0.7;
/** Furniture up to this thickness may hang on a wall, metres. */
const FLAT = 0.15;
/** Metres and radians for a key. */
const STEP = 0.1;
export const TURN = Math.PI / 12;
/** After this time without a key, the carried piece is written, ms. */
const REST_MS = 500;

const ray = new Ray();
const floor = new Plane(new Vector3(0, 1, 0), 0);
const point = new Vector3();
const ahead = new Vector3();

export interface CarryOptions {
  readonly host: MeetingHost;
  readonly stage: HTMLElement;
  readonly editor: FurnitureEditor;
  /** Runs something that may fail. */
  readonly attempt: (action: () => Promise<unknown>) => Promise<boolean>;
}

/**
 * Input for decorating: mouse and touch drag the carried piece over floor and surfaces, arrow keys move it, R turns it. It handles events of
 * the stage before the camera does.
 */
export class CarryInput implements Disposable {
  readonly #options: CarryOptions;
  readonly #abort = new AbortController();
  #pointer: number | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(options: CarryOptions) {
    this.#options = options;
    const { stage } = options;
    const { signal } = this.#abort;
    const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void) =>
      stage.addEventListener(type, listener, { signal, capture: true });
    on('pointerdown', event => this.#down(event));
    on('pointermove', event => this.#move(event));
    on('pointerup', event => this.#up(event));
    on('pointercancel', event => this.#up(event));
    on('keydown', event => this.#key(event));
  }

  dispose(): void {
    this.#abort.abort();
    clearTimeout(this.#resting);
  }

  /** Puts the carried piece on the level surface, or a flat piece on the wall, that was clicked. */
  place(at: readonly [number, number, number], normal: readonly [number, number, number]): boolean {
    const { editor, attempt } = this.#options;
    if (!editor.carried || !this.#put(editor.carried, at, normal)) return false;
    void attempt(() => editor.rest());
    return true;
  }

  #down(event: PointerEvent): void {
    const { editor, stage } = this.#options;
    if (!editor.carried || event.button !== 0 || event.shiftKey || this.#pointer !== undefined) return;
    const found = this.#pick(event);
    if (found?.thing !== editor.carried) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    this.#pointer = event.pointerId;
  }

  #move(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    event.stopImmediatePropagation();
    const { editor } = this.#options;
    if (!editor.carried) return;
    const found = this.#pick(event, editor.carried);
    if (found && this.#put(editor.carried, found.point, found.normal)) return;
    // There is no level surface, so it moves at its own height.
    floor.constant = -editor.carried.group.position.y;
    if (this.#aim(event) && ray.intersectPlane(floor, point) && point.distanceTo(ray.origin) < 30)
      editor.moveTo(point.x, point.y, point.z);
  }

  #up(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    event.stopImmediatePropagation();
    this.#pointer = undefined;
    const { editor, attempt } = this.#options;
    void attempt(() => editor.rest());
  }

  #key(event: KeyboardEvent): void {
    const { editor, attempt, host } = this.#options;
    if ((event.ctrlKey || event.metaKey) && event.code === 'KeyZ') {
      void attempt(() => (event.shiftKey ? editor.history.redo() : editor.history.undo()));
    } else if (event.ctrlKey || event.metaKey || event.altKey || !editor.carried || !host.camera) return;
    else if (event.code.startsWith('Arrow')) this.#step(editor.carried, event.code);
    else if (event.code === 'KeyR') editor.turn(event.shiftKey ? -TURN : TURN);
    else if (event.code === 'Delete' || event.code === 'Backspace') void attempt(() => editor.remove());
    else if (event.code === 'Escape') void attempt(() => editor.putDown());
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => void attempt(() => editor.rest()), REST_MS);
  }

  /** Moves it along the room axis nearest to the camera's direction. */
  #step({ group }: LiveFurniture, code: string): void {
    const { editor, host } = this.#options;
    host.camera?.getWorldDirection(ahead);
    const quarters = Math.round(Math.atan2(ahead.x, ahead.z) / (Math.PI / 2));
    const turns = { ArrowUp: 0, ArrowLeft: 1, ArrowDown: 2, ArrowRight: 3 }[code] ?? 0;
    const angle = (quarters + turns) * (Math.PI / 2);
    const { x, y, z } = group.position;
    editor.moveTo(x + STEP * Math.sin(angle), y, z + STEP * Math.cos(angle));
  }

  #put(thing: LiveFurniture, [x, y, z]: readonly [number, number, number], normal: readonly [number, number, number]): boolean {
    const { editor } = this.#options;
    const { bounds } = thing.info.product;
    if (bounds && bounds.max[2] - bounds.min[2] <= FLAT && Math.abs(normal[1]) < 1 - LEVEL) {
      const { quaternion } = thing.group;
      const now = Math.atan2(
        2 * (quaternion.w * quaternion.y + quaternion.x * quaternion.z),
        1 - 2 * (quaternion.y ** 2 + quaternion.x ** 2),
      );
      editor.turn(Math.atan2(normal[0], normal[2]) - now);
      editor.moveTo(x, y, z);
      return true;
    }
    if (normal[1] < LEVEL) return false;
    editor.moveTo(x, y - Math.min(0, bounds?.min[1] ?? 0), z);
    return true;
  }

  #pick(event: PointerEvent, except?: LiveFurniture) {
    const { host, stage } = this.#options;
    const { session, camera } = host;
    if (!session || !camera) return undefined;
    const x = (2 * event.offsetX) / stage.clientWidth - 1;
    const y = 1 - (2 * event.offsetY) / stage.clientHeight;
    return pickRoom(session, camera, x, y, except);
  }

  #aim(event: PointerEvent): boolean {
    const { host, stage } = this.#options;
    if (!host.camera) return false;
    aim(ray, host.camera, (2 * event.offsetX) / stage.clientWidth - 1, 1 - (2 * event.offsetY) / stage.clientHeight);
    return true;
  }
}
