import type { CameraRig } from '../camera/camera-rig.ts';
import type { RoomPick } from '../camera/pick-room.ts';

/** Moves the visitor's own avatar by keys, and lets the camera follow it. Its code is loaded with live rooms. */
export interface Walker {
  /** Whether the avatar is in the room. Otherwise keys move the camera. */
  readonly present: boolean;
  /** Keys are held: ahead and to the right as the camera looks, -1 to 1. Called in each frame, with 0, 0 as they are released. */
  walk(ahead: number, aside: number): void;
  /** Something was clicked. @returns whether the avatar goes there. */
  picked(pick: RoomPick): boolean;
  /** Moves the camera's goal with the avatar. Call it in each frame. Allocates nothing. */
  follow(rig: CameraRig): void;
}
