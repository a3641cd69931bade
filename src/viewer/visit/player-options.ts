import type { Clock } from '../../core/clock.ts';
import type { ViewerAttributes } from '../element/viewer-attributes.ts';
import type { RoomViewerEvents } from '../element/viewer-events.ts';
import type { MeetingHost } from '../meeting/meeting-host.ts';
import type { Overlay } from '../status/overlay.ts';

/** What a `RoomPlayer` gets from its element. */
export interface PlayerOptions {
  readonly host: MeetingHost;
  readonly overlay: Overlay;
  readonly attributes: ViewerAttributes;
  readonly clock: Clock;
  /** Called when the visitor wants the room to stand still, or to go on. */
  readonly onPause: () => void;
  /** Dispatches an event on the element. @returns false where the page prevented the default action. */
  readonly emit: <K extends keyof RoomViewerEvents>(type: K, detail: RoomViewerEvents[K]['detail']) => boolean;
}
