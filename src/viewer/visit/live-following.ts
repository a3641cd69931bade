import type { Clock } from '../../core/clock.ts';
import type { LiveRoom } from '../../live/live-room.ts';
import type { RoomSession } from '../../room/room-session.ts';
import type { ViewerAttributes } from '../element/viewer-attributes.ts';
import type { RoomViewerEvents } from '../element/viewer-events.ts';
import type { LiveVisit } from '../walking/live-visit.ts';
import type { ViewerResources } from './viewer-resources.ts';
import type { Visitor } from './visitor.ts';

/** The open room, as far as it is open. A live visit needs all three fields. */
export interface LivePlace {
  readonly session: RoomSession | undefined;
  readonly resources: ViewerResources | undefined;
  readonly visitor: Visitor | undefined;
}

export interface LiveFollowingOptions {
  readonly attributes: ViewerAttributes;
  readonly clock: Clock;
  readonly emit: <K extends keyof RoomViewerEvents>(type: K, detail: RoomViewerEvents[K]['detail']) => boolean;
  readonly place: LivePlace;
}

/** Follows a room that changes, and lets the visitor take part, from when the room is interactive until it is left. */
export class LiveFollowing {
  readonly #options: LiveFollowingOptions;
  #visit: LiveVisit | undefined;
  /** The visitor that the visit lets walk. */
  #visitor: Visitor | undefined;
  /** Whether the room is known to be live or not. Where no room is open, it is not live. */
  #isKnown = true;
  #waiting: ((live: LiveRoom | undefined) => void)[] = [];

  constructor(options: LiveFollowingOptions) {
    this.#options = options;
  }

  /** The live room. Undefined where the room is not live, is not followed, or the code is still loading. */
  get live(): LiveRoom | undefined {
    return this.#visit?.live;
  }

  /** Waits for the live room. @throws RangeError where the room is not live, or was left. */
  async whenLive(): Promise<LiveRoom> {
    // Attributes that were set just before open their room in a microtask.
    await undefined;
    const live =
      this.live ?? (this.#isKnown ? undefined : await new Promise<LiveRoom | undefined>(tell => this.#waiting.push(tell)));
    if (!live) throw new RangeError('no live room is open: its documents name no updates, or live="off" is set');
    return live;
  }

  /** Notes that a room is being opened. Whether it is live is not known yet. */
  opening(): void {
    this.#isKnown = false;
  }

  /** Follows the open room if its documents name updates. Its code is loaded then. */
  async begin(): Promise<void> {
    const { attributes, clock, emit, place } = this.#options;
    const { session } = place;
    if (session && attributes.live && session.graph.queues.length > 0) {
      this.#isKnown = false;
      try {
        const { LiveVisit } = await import('../walking/live-visit.ts');
        const { resources, visitor } = place;
        if (place.session === session && resources && visitor && attributes.live && !this.#visit) {
          const reserve = (url: string) => resources.queue.reserve(url);
          this.#visit = new LiveVisit({ session, stage: resources.stage, clock, api: attributes.api, reserve, emit });
          this.#visitor = visitor;
          visitor.walker = this.#visit.walker;
        }
      } catch (error) {
        emit('resource-error', { url: session.url, error });
      }
      // Where the room was left in the meantime, `end` has already answered.
      if (place.session !== session) return;
    }
    this.#tell();
  }

  end(): void {
    this.#visit?.dispose();
    this.#visit = undefined;
    if (this.#visitor) this.#visitor.walker = undefined;
    this.#visitor = undefined;
    this.#tell();
  }

  #tell(): void {
    this.#isKnown = true;
    for (const tell of this.#waiting.splice(0)) tell(this.live);
  }
}
