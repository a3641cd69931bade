import type { PerspectiveCamera } from 'three';
import type { Disposable } from '../../core/disposal.ts';
import type { RoomSession } from '../../room/room-session.ts';

/** Something laid over the picture that follows it: annotations, name tags. Its code is loaded after the room is interactive. */
export interface ViewerLayer extends Disposable {
  /** Runs before each frame, after camera and avatars have moved. Allocates nothing. */
  update(session: RoomSession, camera: PerspectiveCamera): void;
}
