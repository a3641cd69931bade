import type { View } from './camera-rig.ts';

/**
 * Where the camera comes into a room: where the page asked for before there was a room, else where it was when the same room is entered
 * again (another renderer, a context that was taken away, a second try), else by the door.
 */
export class InitialView {
  /** The room that the camera is in. */
  #entered: string | undefined;
  #ahead: { readonly room: string | null; readonly view: View } | undefined;

  /**
   * The page wants to see a room, whether that is there or not.
   * @param room - null: whichever is opened next.
   * @returns whether the camera may go there now.
   */
  ask(room: string | null, view: View): boolean {
    if (room !== null && room === this.#entered) return true;
    this.#ahead = { room, view };
    return false;
  }

  /** A room is about to be opened, or none. @param view - where the camera is now, in the room that it is in. */
  open(room: string | null, view: View): void {
    if (this.#entered !== undefined && room === this.#entered) this.#ahead = { room, view };
    else if (this.#ahead?.room === null) this.#ahead = { room, view: this.#ahead.view };
    else if (this.#ahead?.room !== room) this.#ahead = undefined;
    this.#entered = undefined;
  }

  /** What `room` is going to be seen from; undefined: by its door, or the camera is there. */
  ahead(room: string | null): View | undefined {
    return this.#ahead?.room === room ? this.#ahead?.view : undefined;
  }

  /** The camera comes in. @returns where, if not by the door. */
  enter(room: string): View | undefined {
    const view = this.ahead(room);
    this.#entered = room;
    this.#ahead = undefined;
    return view;
  }

  /** The viewer is empty: who comes back comes by the door. */
  forget(): void {
    this.#entered = this.#ahead = undefined;
  }
}
