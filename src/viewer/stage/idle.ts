import { BatteryWatch } from './battery.ts';
import { StillPicture } from './still-picture.ts';

/** How often a room that stands still is looked at, whether something moves: where a clip plays, and where none does. */
const PLAYING_MS = 100;
const STILL_MS = 300;

/** What a room that is complete saves: pictures that would be the same, and half of the frames on a battery. */
export class Idle extends StillPicture {
  readonly #battery = new BatteryWatch();

  /**
   * How long to wait until the next look, ms. A look takes 1.5 ms in the lounge. Signs of the visitor, arrivals, and what others do wake the
   * stage at once (`Stage.wake`). So this is for a clip that moves again, and for what the page changes.
   */
  get lookMs(): number {
    return this.isPlaying ? PLAYING_MS : STILL_MS;
  }

  /** @param wanted - what the page says; undefined: as the battery does. */
  saves(wanted: boolean | undefined): boolean {
    return wanted ?? this.#battery.isDischarging;
  }
}
