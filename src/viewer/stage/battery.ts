/** What Chromium reports of the device's battery. Other browsers do not. */
interface Battery extends EventTarget {
  readonly charging: boolean;
}

/** Follows whether the device runs on its battery. False where the browser does not report it. */
export class BatteryWatch {
  #battery: Battery | undefined;

  constructor({ getBattery }: { getBattery?: () => Promise<Battery> } = navigator as { getBattery?: () => Promise<Battery> }) {
    // A page without a secure origin, or whose policy forbids it, is refused.
    void getBattery
      ?.call(navigator)
      .then(battery => {
        this.#battery = battery;
      })
      .catch(() => {});
  }

  get isDischarging(): boolean {
    return this.#battery?.charging === false;
  }
}
