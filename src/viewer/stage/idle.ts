import { BatteryWatch } from './battery.ts';
import { StillPicture } from './still-picture.ts';

/** How often a room that stands still is checked for movement, ms: while a clip plays, and while none does. */
const PLAYING_MS = 100;
const STILL_MS = 300;

/** Saves work in a complete room: pictures that would be the same, and half of the frames on a battery. */
export class Idle extends StillPicture {
  readonly #battery = new BatteryWatch();

  /**
   * Returns the time until the next check, ms. A check takes 1.5 ms in the lounge. Input, arrivals, and what others do wake the
   * frame loop at once (`FrameLoop.wake`). So this is for a clip that starts again, and for changes by the page.
   */
  get lookMs(): number {
    return this.isPlaying ? PLAYING_MS : STILL_MS;
  }

  /** @param wanted - what the page says; undefined: the battery's state decides. */
  saves(wanted: boolean | undefined): boolean {
    return wanted ?? this.#battery.isDischarging;
  }
}
