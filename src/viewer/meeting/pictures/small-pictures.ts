import { Color, Group, PerspectiveCamera, Scene, Vector3 } from 'three';
import { Avatar } from '../../../avatar/avatar.ts';
import { bindSkin } from '../../../avatar/skeleton/palette.ts';
import type { RenderBackend } from '../../../render/backend.ts';
import { identityPalette } from '../../../render/geometry/part-mesh.ts';
import { setLight } from '../../../render/materials/lighting.ts';
import type { LiveAvatar } from '../../../room/avatars/live-avatar.ts';
import type { LiveProduct } from '../../../room/furniture/live-product.ts';
import type { RoomSession } from '../../../room/room-session.ts';

/** Side of a picture, CSS pixels. It is drawn at twice that resolution. */
const SIZE = 64;
/** Degrees: a long lens, so that near parts are not larger. */
const LENS = 24;
const BACKGROUND = new Color(0xcfc0ae);
/** A bright room with a window to the left. */
const STUDIO = {
  sky: [0.95, 0.93, 0.9],
  ground: [0.5, 0.45, 0.4],
  sun: { direction: [-0.5, 0.6, 0.8], color: [0.5, 0.46, 0.4] },
  exposure: 1,
} as const;

interface Picture {
  readonly canvas: HTMLCanvasElement;
  readonly products: readonly string[];
  /** The avatar whose skeleton wears the clothes, in its rest pose. */
  readonly wearer: LiveAvatar | undefined;
  /** Centre and radius of the subject, metres, in the space of the product. */
  readonly frame: { readonly center: readonly [number, number, number]; readonly radius: number };
  readonly from: readonly [number, number, number];
  readonly hidden: ReadonlySet<string>;
}

const center = new Vector3();

/**
 * Small pictures of the room's products and people, drawn by the viewer's own renderer before it draws the room: one a frame,
 * each once. They are canvases, so that every content security policy allows them.
 */
export class SmallPictures {
  readonly #renderer: RenderBackend;
  readonly #source: HTMLCanvasElement;
  readonly #made = new Map<string, HTMLCanvasElement>();
  readonly #waiting: Picture[] = [];
  readonly #scene = new Scene();
  readonly #camera = new PerspectiveCamera(LENS, 1, 0.05, 100);

  /** @param source - the canvas that the renderer draws on. */
  constructor(renderer: RenderBackend, source: HTMLCanvasElement) {
    this.#renderer = renderer;
    this.#source = source;
    this.#scene.background = BACKGROUND;
  }

  /**
   * Returns the picture of a product that is in the room. It is empty until it has been drawn.
   * @param wearer - the avatar whose skeleton wears the clothes.
   */
  ofProduct(session: RoomSession, url: string, wearer?: LiveAvatar): HTMLCanvasElement | undefined {
    const known = this.#made.get(url);
    if (known) return known;
    const bounds = session.productOf(url)?.info.bounds;
    if (!bounds) return undefined;
    const { min, max } = bounds;
    const middle = [0, 1, 2].map(i => (min[i] + max[i]) / 2) as [number, number, number];
    const radius = Math.hypot(...[0, 1, 2].map(i => max[i] - min[i])) / 2;
    return this.#ask(url, {
      products: [url],
      wearer,
      frame: { center: middle, radius: Math.max(0.05, radius * 0.86) },
      from: [-0.45, 0.35, 1],
      hidden: new Set(),
    });
  }

  /** Returns a picture of somebody's head and shoulders, in their current clothes. */
  ofPerson(key: string, avatar: LiveAvatar): HTMLCanvasElement {
    const { outfit } = avatar;
    const { height } = avatar.info;
    return (
      this.#made.get(key) ??
      this.#ask(key, {
        products: outfit.map(({ product }) => product.url),
        wearer: avatar,
        frame: { center: [0, height * 0.88, 0.02], radius: height * 0.145 },
        from: [-0.28, 0.06, 1],
        hidden: new Set(outfit.flatMap(({ product }) => product.covers)),
      })
    );
  }

  /** Draws the next requested picture, if there is one. Call it before the room is drawn, in the same task. */
  draw(session: RoomSession): void {
    const picture = this.#waiting.shift();
    if (!picture || this.#renderer.contextLost) return;
    const { width, height } = this.#source;
    const group = new Group();
    this.#scene.add(group);
    setLight(group, STUDIO);
    const leave = place(
      picture.products.map(url => session.productOf(url)),
      group,
      picture,
    );
    this.#aim(picture, width / Math.max(1, height));
    const before = this.#renderer.impostorPixels;
    this.#renderer.impostorPixels = 0;
    this.#renderer.render(this.#scene, this.#camera);
    this.#renderer.impostorPixels = before;
    for (const undo of leave) undo();
    group.removeFromParent();
    // The square in the middle of whatever shape the window has.
    const side = Math.min(width, height);
    const { canvas } = picture;
    canvas
      .getContext('2d')
      ?.drawImage(this.#source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
  }

  /** Forgets the pictures of the former room. */
  clear(): void {
    this.#made.clear();
    this.#waiting.length = 0;
  }

  #ask(key: string, picture: Omit<Picture, 'canvas'>): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 2 * SIZE;
    canvas.setAttribute('aria-hidden', 'true');
    this.#made.set(key, canvas);
    this.#waiting.push({ canvas, ...picture });
    return canvas;
  }

  #aim({ frame, from }: Picture, aspect: number): void {
    const camera = this.#camera;
    camera.aspect = aspect;
    // The lens is that of the shorter side: the square in the middle sees the same in every window.
    const half = Math.tan((LENS * Math.PI) / 360);
    camera.fov = (360 / Math.PI) * Math.atan(aspect < 1 ? half / aspect : half);
    camera.updateProjectionMatrix();
    center.fromArray(frame.center);
    camera.position
      .fromArray(from)
      .normalize()
      .multiplyScalar(frame.radius / half)
      .add(center);
    camera.lookAt(center);
    camera.updateMatrixWorld();
  }
}

/** Adds products to `group`, clothes in the rest pose of their wearer. @returns removes them. */
function place(products: readonly (LiveProduct | undefined)[], group: Group, { wearer, hidden }: Picture): (() => void)[] {
  const skeleton = wearer?.avatar?.skeleton;
  const body = skeleton && new Avatar(skeleton);
  return products.flatMap(product => {
    if (!product || (product.info.category !== undefined && hidden.has(product.info.category))) return [];
    const instance = product.place(
      group,
      (part, url) => part.skin && (body ? body.addSkin(bindSkin(part.skin, body.skeleton, url), part.bounds) : identityPalette()),
      () => {},
    );
    for (const mesh of instance.meshes) if (hidden.has(mesh.material.name)) mesh.visible = false;
    return [() => product.remove(instance)];
  });
}
