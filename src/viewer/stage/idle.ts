import { BatteryWatch } from './battery.ts';
import { StillPicture } from './still-picture.ts';

/** What a room that is complete saves: pictures that would be the same, and half of the frames on a battery. */
export class Idle extends StillPicture {
  readonly #battery = new BatteryWatch();

  /** @param wanted - what the page says; undefined: as the battery does. */
  saves(wanted: boolean | undefined): boolean {
    return wanted ?? this.#battery.isDischarging;
  }
}
