import { type Object3D, type PerspectiveCamera, Vector3 } from 'three';
import { isCovered } from '../../render/covered.ts';
import type { RoomSession } from '../../room/room-session.ts';
import type { ViewerLayer } from '../visit/viewer-layer.ts';
import { type Anchor, type AnchorTarget, project, writeAnchor } from './anchor-of.ts';

export interface AnnotationOptions {
  /** `<room-viewer>`: its children with a `slot` that begins with `annotation` are annotations. */
  readonly host: HTMLElement;
  /** The parent of the slots, which are created here. */
  readonly layer: HTMLElement;
}

interface Annotation {
  readonly element: HTMLElement;
  readonly place: HTMLElement;
  readonly target: AnchorTarget | undefined;
  x: number;
  y: number;
  covered: boolean;
  visible: boolean | undefined;
}

const point = new Vector3();
const anchor: Anchor = { x: 0, y: 0, visible: false };

/**
 * Moves elements of the page with places in the room: `<button slot="annotation-1" data-anchor="Mira">` with an avatar's head or a piece of
 * furniture, `data-position="1 1.2 0"` with a point. Elements that the camera sees have the attribute `data-visible`. The others are hidden.
 */
export class Annotations implements ViewerLayer {
  readonly #options: AnnotationOptions;
  readonly #observer = new MutationObserver(() => this.#collect());
  #annotations: readonly Annotation[] = [];
  /** Index of the next one to check for being covered: one a frame, because a ray costs about 0.14 ms. */
  #turn = 0;

  constructor(options: AnnotationOptions) {
    this.#options = options;
    this.#observer.observe(options.host, {
      childList: true,
      subtree: true,
      attributeFilter: ['slot', 'data-anchor', 'data-position'],
    });
    this.#collect();
  }

  update(session: RoomSession, camera: PerspectiveCamera): void {
    const all = this.#annotations;
    if (all.length === 0) return;
    const { layer } = this.#options;
    const { clientWidth, clientHeight } = layer;
    this.#turn = (this.#turn + 1) % all.length;
    for (let i = 0; i < all.length; i++) {
      const annotation = all[i];
      const { target } = annotation;
      if (target === undefined || !writeAnchor(session, target, point)) {
        show(annotation, false);
        continue;
      }
      project(camera, clientWidth, clientHeight, point, anchor);
      if (i === this.#turn || annotation.visible === undefined) {
        annotation.covered = anchor.visible && isCoveredFrom(camera, session.root, point);
      }
      show(annotation, anchor.visible && !annotation.covered);
      if (anchor.visible) move(annotation, anchor);
    }
  }

  dispose(): void {
    this.#observer.disconnect();
    for (const { place, element } of this.#annotations) {
      place.remove();
      element.removeAttribute('data-visible');
    }
    this.#annotations = [];
  }

  #collect(): void {
    const { host, layer } = this.#options;
    const before = new Map(this.#annotations.map(annotation => [annotation.element, annotation]));
    const after: Annotation[] = [];
    for (const element of host.children) {
      if (!(element instanceof HTMLElement) || !element.slot.startsWith('annotation')) continue;
      const known = before.get(element);
      before.delete(element);
      const place = known?.place ?? document.createElement('div');
      if (!known) {
        place.className = 'annotation';
        place.setAttribute('part', 'annotation');
        place.append(document.createElement('slot'));
        layer.append(place);
      }
      place.querySelector('slot')?.setAttribute('name', element.slot);
      const target = targetOf(element);
      after.push({ element, place, target, x: Number.NaN, y: Number.NaN, covered: false, visible: undefined });
    }
    for (const { place } of before.values()) place.remove();
    this.#annotations = after;
  }
}

const eye = new Vector3();

/** Whether something stands between the camera and a point of the world. */
export function isCoveredFrom(camera: PerspectiveCamera, root: Object3D, to: Vector3): boolean {
  return isCovered(root, eye.setFromMatrixPosition(camera.matrixWorld), to);
}

function targetOf({ dataset }: HTMLElement): AnchorTarget | undefined {
  if (dataset.anchor !== undefined) return dataset.anchor;
  const numbers = (dataset.position ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  return numbers.length === 3 && numbers.every(Number.isFinite) ? [numbers[0], numbers[1], numbers[2]] : undefined;
}

function show(annotation: Annotation, visible: boolean): void {
  if (annotation.visible === visible) return;
  annotation.visible = visible;
  annotation.element.toggleAttribute('data-visible', visible);
  annotation.place.style.visibility = visible ? 'visible' : 'hidden';
}

function move(annotation: Annotation, { x, y }: Anchor): void {
  if (Math.abs(annotation.x - x) < 0.25 && Math.abs(annotation.y - y) < 0.25) return;
  annotation.x = x;
  annotation.y = y;
  annotation.place.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
}
