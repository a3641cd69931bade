/** Remembers from visit to visit which quality step this device held: in localStorage, for the page's origin. */

const KEY = 'foyer:quality';

/** Returns the step of the latest visit; 0 where there was none, or storage is denied or broken. */
export function recallStep(storage: Pick<Storage, 'getItem'> | undefined): number {
  try {
    return Number(storage?.getItem(KEY)) || 0;
  } catch {
    // The storage's file is broken: Firefox throws at each read then.
    return 0;
  }
}

/** @param step - undefined: no step was held for long enough, and the earlier one stays. */
export function noteStep(storage: Pick<Storage, 'setItem'> | undefined, step: number | undefined): void {
  if (step === undefined) return;
  try {
    storage?.setItem(KEY, String(step));
  } catch {
    // Storage is full: the next visit starts with the step of an earlier one.
  }
}
