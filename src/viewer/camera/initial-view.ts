import type { View } from './camera-rig.ts';

/**
 * The initial view of a room: the one that the page requested earlier. Otherwise, if the same room is opened again (another renderer, a lost
 * context, a retry), the former view. Otherwise the door.
 */
export class InitialView {
  /** The room that the camera is in. */
  #entered: string | undefined;
  #ahead: { readonly room: string | null; readonly view: View } | undefined;

  /**
   * Takes a view that the page requests, also before the room is open.
   * @param room - null: the room that is opened next.
   * @returns whether the camera may go there now.
   */
  ask(room: string | null, view: View): boolean {
    if (room !== null && room === this.#entered) return true;
    this.#ahead = { room, view };
    return false;
  }

  /** A room, or none, is about to be opened. @param view - the current view of the current room. */
  open(room: string | null, view: View): void {
    if (this.#entered !== undefined && room === this.#entered) this.#ahead = { room, view };
    else if (this.#ahead?.room === null) this.#ahead = { room, view: this.#ahead.view };
    else if (this.#ahead?.room !== room) this.#ahead = undefined;
    this.#entered = undefined;
  }

  /** The view that `room` will open with. Undefined: its door, or it is open already. */
  ahead(room: string | null): View | undefined {
    return this.#ahead?.room === room ? this.#ahead?.view : undefined;
  }

  /** The camera enters. @returns the initial view, if not the door. */
  enter(room: string): View | undefined {
    const view = this.ahead(room);
    this.#entered = room;
    this.#ahead = undefined;
    return view;
  }

  /** The viewer is empty: the next view is the door. */
  forget(): void {
    this.#entered = this.#ahead = undefined;
  }
}
