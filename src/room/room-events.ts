import type { RoomDocument } from '../graph/room-documents.ts';
import type { RoomChange } from './documents/room-info.ts';
import type { RoomProgress } from './resources/progress.ts';

/** Events of a `RoomSession`. */
export interface RoomSessionEvents {
  /** The room's own document has arrived. */
  room: RoomDocument['data'];
  progress: RoomProgress;
  /**
   * Every skeleton, mesh, playing animation and low texture that the camera sees is on the GPU or has failed. Emitted once. If `update`
   * was never called, the whole room counts.
   */
  interactive: undefined;
  /** The same holds for the whole room. Emitted once. */
  whole: undefined;
  /** The same holds for every high texture. Emitted once. */
  complete: undefined;
  /** Documents changed: what became different. Emitted before `renewed`. */
  changed: RoomChange;
  /** Documents changed, and the room shows their new versions. Resources may still be loading. */
  renewed: RoomDocument['data'];
  /** One document or resource failed, with one error each. The rest goes on. */
  failed: { readonly url: string; readonly error: unknown };
}
