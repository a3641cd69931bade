/**
 * The library: `import 'foyer'` makes `<room-viewer>` known to the page. three is a peer that you bring; a room in your own
 * three.js scene: `foyer/three`.
 */
import { defineRoomViewer, RoomViewer } from './viewer/element/room-viewer.ts';

export { FormatError, LoadError } from './core/errors.ts';
export type { EnterOptions, LiveRoom, Message, Person } from './live/live-room.ts';
export { ContextError } from './render/gl/context.ts';
export type { LiveAvatar } from './room/avatars/live-avatar.ts';
export type { OutfitChange } from './room/avatars/outfit-change-queue.ts';
export type { LiveFurniture } from './room/furniture/live-furniture.ts';
export type { RoomProgress } from './room/resources/progress.ts';
export type { RoomSession } from './room/room-session.ts';
export type { Anchor, AnchorTarget } from './viewer/anchors/anchor-of.ts';
export type { View } from './viewer/camera/camera-rig.ts';
export type { PictureOptions } from './viewer/element/picture-options.ts';
export type { RoomViewerAttributes } from './viewer/element/viewer-attributes.ts';
export type { FailureDetail, PickDetail, RoomViewerEvents } from './viewer/element/viewer-events.ts';
export { followViewLinks } from './viewer/meeting/sharing/follow-view-links.ts';
export type { ViewerMetrics } from './viewer/metrics/viewer-metrics.ts';
export type { ViewerState } from './viewer/status/overlay.ts';
export { setStrings } from './viewer/strings/page-strings.ts';
export type { ViewerString } from './viewer/strings/viewer/english.ts';
export { NothingLoadedError } from './viewer/visit/nothing-loaded.ts';
export { RoomViewer };

declare global {
  interface HTMLElementTagNameMap {
    'room-viewer': RoomViewer;
  }
}

defineRoomViewer();
