import type { Clock } from '../../core/clock.ts';

export interface StallWatch {
  /** Notes that bytes arrived. */
  moved(): void;
  stop(): void;
}

/** However well others move, silence this many times as long is a stall. */
const PATIENCE = 4;

/**
 * Calls `onStall` once when nothing has arrived for `ms()`, evaluated anew at each check.
 *
 * This does not limit the whole transfer: a slow transfer that moves is alive. So is one that waits while others of the same
 * origin get the bandwidth: a server that honours priorities sends low ones nothing for long. Their progress counts too, up to
 * four times `ms`.
 *
 * @param othersMovedAt - when the last byte of any transfer of the same origin arrived, ms of `clock`.
 */
export function stallWatch(clock: Clock, ms: () => number, othersMovedAt: () => number, onStall: () => void): StallWatch {
  let last = clock.now();
  let cancel = clock.after(ms(), check);
  function check(): void {
    const silence = ms();
    const alive = Math.max(last, Math.min(othersMovedAt(), last + (PATIENCE - 1) * silence));
    const left = alive + silence - clock.now();
    // One timer that renews itself, not one for each chunk.
    if (left > 0) cancel = clock.after(left, check);
    else onStall();
  }
  return {
    moved() {
      last = clock.now();
    },
    stop: () => cancel(),
  };
}
