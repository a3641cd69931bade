import type { PerspectiveCamera, Vector3 } from 'three';
import type { Clock } from '../../core/clock.ts';
import type { RoomSession } from '../../room/room-session.ts';
import type { RoomPick } from '../camera/pick-room.ts';
import type { ViewerAttributes } from '../element/viewer-attributes.ts';
import type { Meeting } from '../meeting/meeting.ts';
import type { MeetingHost } from '../meeting/meeting-host.ts';
import type { Stage } from '../stage/stage.ts';
import type { Overlay } from '../status/overlay.ts';
import type { ViewerLayer } from './viewer-layer.ts';

export interface PictureLayersOptions {
  readonly host: MeetingHost;
  readonly overlay: Overlay;
  readonly attributes: ViewerAttributes;
  readonly clock: Clock;
  /** Keys that were pressed before the code of the layers arrived. */
  readonly early: () => readonly KeyboardEvent[];
}

/** What lies over the picture once a room is interactive: the page's annotations and, with `controls`, the viewer's own buttons. */
export class PictureLayers implements ViewerLayer {
  readonly #options: PictureLayersOptions;
  #stage: Stage | undefined;
  #code: typeof import('../anchors/annotations.ts') | undefined;
  #annotations: ViewerLayer | undefined;
  #meeting: Meeting | undefined;
  #loading = false;

  constructor(options: PictureLayersOptions) {
    this.#options = options;
  }

  /** Loads the code of the layers, the first time that a room is interactive. */
  async open(stage: Stage): Promise<void> {
    if (this.#stage === stage) return;
    this.#stage = stage;
    this.#code ??= await import('../anchors/annotations.ts').catch(() => undefined);
    if (!this.#code || this.#stage !== stage) return;
    const { host, overlay } = this.#options;
    this.#annotations = new this.#code.Annotations({ host, layer: overlay.layer });
    await this.showButtons();
  }

  /** Shows the buttons, or takes them away, as the attribute `controls` says. */
  async showButtons(): Promise<void> {
    const { host, overlay, clock, attributes, early } = this.#options;
    if (!attributes.buttons) {
      this.#meeting?.dispose();
      this.#meeting = undefined;
    }
    if (!attributes.buttons || this.#meeting || this.#loading || !this.#stage) return;
    this.#loading = true;
    const code = await import('../meeting/meeting.ts').catch(() => undefined);
    this.#loading = false;
    if (!code || !this.#stage || !attributes.buttons) return;
    const { renderer, canvas } = this.#stage;
    const { root, stage, layer, words } = overlay;
    const say = (text: string) => overlay.say(() => text);
    this.#meeting = new code.Meeting({ host, root, stage, layer, words, clock, renderer, say, early: early() }, canvas);
  }

  update(session: RoomSession, camera: PerspectiveCamera): void {
    this.#annotations?.update(session, camera);
    this.#meeting?.update(session, camera);
  }

  /** Handles a click. @returns whether a layer handled it. */
  picked(pick: RoomPick): boolean {
    return this.#meeting?.picked(pick) ?? false;
  }

  /** Whether something stands in front of a point. False until the code for it has arrived. */
  covers({ root }: RoomSession, camera: PerspectiveCamera, point: Vector3): boolean {
    return this.#code?.isCoveredFrom(camera, root, point) ?? false;
  }

  /** Drops the layers of this stage. Another stage may follow. */
  dispose(): void {
    this.#stage = undefined;
    this.#annotations?.dispose();
    this.#meeting?.dispose();
    this.#annotations = this.#meeting = undefined;
  }
}
