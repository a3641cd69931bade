import type { PerspectiveCamera } from 'three';
import type { Disposable } from '../../core/disposal.ts';
import type { RoomSession } from '../../room/room-session.ts';

/** Something laid over the picture that follows it: annotations, name tags. Its code comes after the room is interactive. */
export interface ViewerLayer extends Disposable {
  /** Before each frame, when camera and avatars are where they will be. Allocates nothing. */
  update(session: RoomSession, camera: PerspectiveCamera): void;
}
