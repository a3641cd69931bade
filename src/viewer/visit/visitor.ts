import { type PerspectiveCamera, Vector3 } from 'three';
import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import type { RoomDocument } from '../../graph/room-documents.ts';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import type { RoomSession } from '../../room/room-session.ts';
import type { CameraInput } from '../camera/camera-input.ts';
import { CameraRig, type View } from '../camera/camera-rig.ts';
import type { TouchAction } from '../camera/page-gestures.ts';
import type { RoomPick } from '../camera/pick-room.ts';
import { UserActivity } from '../camera/user-activity.ts';
import type { Walker } from '../walking/walker.ts';

/** Distance of the camera from the eyes of somebody whom it looks at, metres. */
const LOOK_DISTANCE = 2.6;

export const defaultHome: View = { position: [0, 1.7, 5], target: [0, 1.2, 0] };

const face = new Vector3();

export interface VisitorOptions {
  /** The visitor chose somebody, by a click or by keyboard. */
  readonly onMeet: (avatar: LiveAvatar) => void;
  /** Somebody or something was clicked. @returns whether the camera may go to a clicked person. */
  readonly onPick: (pick: RoomPick, event: PointerEvent) => boolean;
  /** Pause the room, or continue. */
  readonly onPause: () => void;
}

/** How the page lets the camera move: `ViewerAttributes` has it. */
export interface CameraManners {
  readonly controls: boolean;
  readonly touchAction: TouchAction | undefined;
  /** Limits of the distance to the target, metres. Undefined: the camera's own limits. */
  readonly minDistance: number | undefined;
  readonly maxDistance: number | undefined;
  /** Degrees a second. 0: the view does not turn. */
  readonly autoRotate: number;
}

/** The visitor's camera, the input that moves it, and the avatar that it follows. */
export class Visitor implements Disposable {
  readonly camera: PerspectiveCamera;
  /** The current visit. */
  session: RoomSession | undefined;
  /** Moves the visitor's own avatar in a live room. */
  walker: (Walker & { toggle(rig: CameraRig): void }) | undefined;
  readonly #stage: HTMLElement;
  readonly #rig: CameraRig;
  readonly #activity: UserActivity;
  readonly #options: VisitorOptions;
  readonly #lessMotion = matchMedia('(prefers-reduced-motion: reduce)');
  /** Undefined until the room is interactive and the code has loaded. */
  #code: typeof import('../camera/camera-code.ts') | undefined;
  #input: CameraInput | undefined;
  #manners: CameraManners | undefined;
  #tookEarly = false;
  #disposed = false;
  /** Radians a second. */
  #autoRotate = 0;
  #home: View = defaultHome;
  #watched: LiveAvatar | undefined;

  /**
   * @param stage - what is dragged and clicked.
   */
  constructor(stage: HTMLElement, camera: PerspectiveCamera, clock: Clock, options: VisitorOptions) {
    this.#activity = new UserActivity(stage, clock);
    this.camera = camera;
    this.#stage = stage;
    this.#options = options;
    this.#rig = new CameraRig(camera);
    this.#rig.jump(this.#home);
    stage.addEventListener('click', this.#plainClick);
  }

  /** The place of the camera, and the target that it has or moves to. */
  get view(): View {
    return { position: triple(this.camera.position), target: triple(this.#rig.target) };
  }

  /** `UserActivity.early` */
  get early(): readonly KeyboardEvent[] {
    return this.#activity.early;
  }

  /** Whether the visitor moves the camera, or did a moment ago. No frame is left out then. */
  get attends(): boolean {
    return this.#activity.here || this.#input?.active === true;
  }

  /** Applies the page's settings of the camera. */
  set manners(manners: CameraManners) {
    const { controls, touchAction, minDistance, maxDistance, autoRotate } = manners;
    this.#manners = manners;
    this.#autoRotate = (autoRotate * Math.PI) / 180;
    this.#rig.limitDistance(minDistance, maxDistance);
    if (controls !== (this.#input !== undefined)) {
      this.#input?.dispose();
      this.#input = controls ? this.#createInput() : undefined;
    }
    if (this.#input) this.#input.touchAction = touchAction;
  }

  /** Loads the code of the input, once the room can be walked in. It loads after the code that the room needed. A second call does nothing. */
  async admit(): Promise<void> {
    this.#code ??= await import('../camera/camera-code.ts');
    if (!this.#disposed && this.#manners) this.manners = this.#manners;
  }

  #createInput(): CameraInput | undefined {
    if (!this.#code) return undefined;
    const early = this.#tookEarly ? [] : this.early;
    this.#tookEarly = true;
    return new this.#code.CameraInput(this.#stage, this.#rig, {
      onClick: (x, y, event) => void this.#click(x, y, event),
      onHover: (x, y) => this.#stage.classList.toggle('pointing', this.#avatarAt(x, y) !== undefined),
      onTake: () => {
        this.#watched = undefined;
      },
      onHome: () => this.home(),
      onWalk: (ahead, aside) => {
        if (!this.walker?.present) return false;
        this.walker.walk(ahead, aside);
        return true;
      },
      onChangeEyes: () => this.walker?.toggle(this.#rig),
      onNext: step => this.next(step),
      onPause: () => this.#options.onPause(),
      early,
    });
  }

  /** Moves to the initial view. */
  home(): void {
    this.look(this.#home);
  }

  /** Starts at the initial view of the room's document, or at `view`. */
  enter({ spawn, bounds }: RoomDocument['data'], view?: View): void {
    const door = spawn ?? defaultHome;
    this.#home = this.camera.aspect < 1 ? lowered(door) : door;
    this.#rig.bounds = bounds;
    this.#rig.inside = bounds !== undefined && isInside(this.#home.position, bounds);
    this.look(view ?? this.#home, true);
  }

  /** Moves to a view: smoothly, unless `jump` is set or the visitor prefers less motion. */
  look(view: View, jump = false): void {
    this.#watched = undefined;
    if (jump) this.#rig.jump(view);
    else this.#rig.fly(view);
  }

  /** Ends the movement of the camera at its goal. */
  arrive(): void {
    this.#rig.update(Number.POSITIVE_INFINITY);
  }

  /** @param seconds - since the last frame. */
  update(seconds: number): void {
    this.#rig.immediate = this.#lessMotion.matches;
    this.#input?.update(seconds);
    // The camera no longer follows a person who left the room.
    if (!this.#watched?.group.parent) this.#watched = undefined;
    if (this.#watched) {
      this.#watched.face(face);
      this.#rig.clearance = Number.POSITIVE_INFINITY;
      this.#rig.follow(face);
    } else this.walker?.follow(this.#rig);
    const rotates =
      this.#autoRotate !== 0 && !this.#lessMotion.matches && !this.#watched && !this.walker?.present && !this.attends;
    if (rotates) this.#rig.orbit(this.#autoRotate * seconds, 0);
    if (this.#rig.update(seconds) && !rotates) this.#activity.note();
    if (this.session) this.#code?.fadeNear(this.session.avatars, this.camera);
  }

  /** Forgets the room that was left. */
  leave(): void {
    this.session = undefined;
    this.walker = undefined;
    this.#watched = undefined;
  }

  dispose(): void {
    this.#disposed = true;
    this.leave();
    this.#input?.dispose();
    this.#input = undefined;
    this.#activity.dispose();
    this.#stage.removeEventListener('click', this.#plainClick);
  }

  /** Handles clicks where the visitor cannot move the camera. Otherwise `CameraInput` tells clicks from drags. */
  readonly #plainClick = (event: MouseEvent): void => {
    const { clientWidth, clientHeight } = this.#stage;
    if (!this.#input) void this.#click(event.offsetX / clientWidth, event.offsetY / clientHeight, event as PointerEvent);
  };

  #avatarAt(x: number, y: number): LiveAvatar | undefined {
    return this.session && this.#code?.avatarNear(this.session.avatars, this.camera, 2 * x - 1, 1 - 2 * y);
  }

  /** Finds what was clicked. The code for it is loaded with the first click. If it fails to load, boxes find people. */
  async #click(x: number, y: number, event: PointerEvent): Promise<void> {
    const { session } = this;
    if (!session) return;
    const picking = await import('../camera/pick-room.ts').catch(() => undefined);
    if (session !== this.session) return;
    const pick = picking?.pickRoom(session, this.camera, 2 * x - 1, 1 - 2 * y);
    const avatar = picking ? pick?.thing : this.#avatarAt(x, y);
    if (pick && !this.#options.onPick(pick, event)) return;
    if (pick && this.walker?.picked(pick)) this.#watched = undefined;
    else if (this.#input && avatar && 'face' in avatar) this.watch(avatar);
  }

  /** Looks at the next person, in the order of arrival, so that everybody can be reached without a mouse. */
  next(step: 1 | -1): void {
    const shown = (this.session?.avatars ?? []).filter(avatar => avatar.shown);
    if (shown.length === 0) return;
    const now = this.#watched ? shown.indexOf(this.#watched) : step > 0 ? -1 : 0;
    this.watch(shown[(now + step + shown.length) % shown.length]);
  }

  /** Looks at somebody, and follows them until the visitor moves the camera. */
  watch(avatar: LiveAvatar): void {
    this.#watched = avatar;
    avatar.face(face);
    const distance = Math.min(LOOK_DISTANCE, this.#rig.distance);
    const view = this.session && this.#code?.freeView(this.session.root, face, this.camera.position, distance);
    if (view) this.#rig.fly(view);
    else this.#rig.lookAt(face, distance);
    this.#options.onMeet(avatar);
  }
}

/** Lowers the view of a picture that is higher than wide by 8 degrees, so that it shows people and the floor, not the ceiling. */
function lowered({ position, target: [x, y, z] }: View): View {
  return { position, target: [x, y - 0.14 * Math.hypot(x - position[0], z - position[2]), z] };
}

function isInside(
  [x, y, z]: View['position'],
  { min, max }: { readonly min: View['position']; readonly max: View['position'] },
): boolean {
  return x >= min[0] && x <= max[0] && y >= min[1] && y <= max[1] && z >= min[2] && z <= max[2];
}

function triple({ x, y, z }: Vector3): View['position'] {
  return [x, y, z];
}
