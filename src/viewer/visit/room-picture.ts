import { Vector3 } from 'three';
import type { RoomSession } from '../../room/room-session.ts';
import { type Anchor, type AnchorTarget, project, writeAnchor } from '../anchors/anchor-of.ts';
import type { ViewerState } from '../status/overlay.ts';
import type { LiveFollowing } from './live-following.ts';
import type { PictureLayers } from './picture-layers.ts';
import type { ViewerResources } from './viewer-resources.ts';
import type { Visitor } from './visitor.ts';

/** What the picture is drawn from. Each is undefined where no room is open. */
export interface PictureSources {
  readonly state: ViewerState;
  readonly paused: boolean;
  readonly session: RoomSession | undefined;
  readonly resources: ViewerResources | undefined;
  readonly visitor: Visitor | undefined;
  readonly following: LiveFollowing;
  readonly layers: PictureLayers;
}

const point = new Vector3();

/** Draws the open room: frame by frame, at one moment, or as a file. */
export class RoomPicture {
  readonly #from: PictureSources;
  /** Seconds that the room has been alive for the visitor. */
  #elapsed = 0;
  /** Where a room that came to rest continues. */
  #resume: { readonly url: string; readonly seconds: number; readonly stopped: boolean } | undefined;

  constructor(from: PictureSources) {
    this.#from = from;
  }

  /** Runs before each frame. @param seconds - since the last one. */
  update(seconds: number): void {
    const { resources, visitor, following, layers } = this.#from;
    if (!resources) return;
    const { stage, governor } = resources;
    following.live?.update(seconds);
    visitor?.update(seconds);
    // Read now: a listener of those two may have opened another room.
    const { session, state, paused } = this.#from;
    const attended = visitor?.attends ?? false;
    governor.frame(attended && (state === 'interactive' || state === 'complete'), seconds * 1000);
    // Until the room's document has placed the camera, the camera must not decide what is seen.
    if (!session || state === 'opening') return;
    const passed = paused ? 0 : seconds;
    this.#elapsed += passed;
    session.update(passed, stage.camera, stage.width, stage.height);
    layers.update(session, stage.camera);
  }

  /** `RoomViewer.renderAt` */
  renderAt(seconds: number): void {
    const { resources, visitor, session, layers } = this.#from;
    if (!resources || !session) return;
    const { stage } = resources;
    stage.paused = true;
    visitor?.arrive();
    this.#elapsed = seconds;
    session.poseAt(seconds);
    session.update(0, stage.camera, stage.width, stage.height);
    layers.update(session, stage.camera);
    stage.draw();
  }

  /** `RoomViewer.toBlob` */
  async toBlob(
    type: string,
    quality: number | undefined,
    size?: { readonly width: number; readonly height: number },
  ): Promise<Blob> {
    const { resources, session } = this.#from;
    if (!resources || !session) throw new RangeError('no room is open');
    return resources.stage.toBlob(type, quality, size);
  }

  /** `RoomViewer.anchorOf` */
  anchorOf(who: AnchorTarget): Anchor | undefined {
    const { resources, session, layers } = this.#from;
    if (!resources || !session || !writeAnchor(session, who, point)) return undefined;
    const { camera, canvas } = resources.stage;
    const anchor: Anchor = { x: 0, y: 0, visible: false };
    project(camera, canvas.clientWidth, canvas.clientHeight, point, anchor);
    if (anchor.visible && layers.covers(session, camera, point)) anchor.visible = false;
    return anchor;
  }

  /** Notes the moment at which a room comes to rest. @param stopped - by `renderAt`. */
  rest(url: string, stopped: boolean): void {
    this.#resume = { url, seconds: this.#elapsed, stopped };
  }

  /** Begins at the moment at which this room came to rest, so that the picture is the same, or at 0. */
  begin(url: string): void {
    const resume = this.#resume;
    this.#resume = undefined;
    this.#elapsed = 0;
    if (resume?.url !== url) return;
    this.#elapsed = resume.seconds;
    if (resume.stopped) this.renderAt(resume.seconds);
    else this.#from.session?.poseAt(resume.seconds);
  }
}
