import type { CameraRig } from '../camera/camera-rig.ts';
import type { RoomPick } from '../camera/pick-room.ts';

/** An avatar of one's own: keys move it in place of the camera, which follows it. Its code comes with live rooms. */
export interface Walker {
  /** Whether it is in the room: else keys move the camera. */
  readonly present: boolean;
  /** Keys are held: ahead and to the right as the camera looks, -1 to 1. Called in each frame, with 0, 0 as they are released. */
  walk(ahead: number, aside: number): void;
  /** Something was clicked. @returns whether the avatar goes there. */
  picked(pick: RoomPick): boolean;
  /** Brings the camera's goal to where the avatar is. In each frame; allocates nothing. */
  follow(rig: CameraRig): void;
}
