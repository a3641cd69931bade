/** Makes V8 compile less while models are imported. */
import { setFlagsFromString } from 'node:v8';
import { KEEP_CODE } from '../node/run-script.ts';

/** V8's own. */
const USUAL = 67_584;
const LATER = 1_000_000;

/**
 * V8 optimizes a function after it has run for a while, in threads of its own. It compares what a function did with a budget, here 15
 * times its usual one. An import of 57 models spent 3 of 13 s of processor time on that, on two cores that have other work: with this
 * budget it takes 12 % less, and one of 12,000 triangles 18 %. Long imports do not change.
 *
 * Only for the versions on which it was measured (Node 20). While the budget differs, V8 does not take Node's own modules from
 * their code cache: so a thread calls this when it has loaded them, and `optimizeAsUsual` is called before another thread starts.
 *
 * @param version - of V8; undefined or another one where the program runs in Bun or Deno.
 */
export const optimizeLater = (version: string | undefined = process.versions.v8, setFlags = setFlagsFromString): void =>
  setBudget(LATER, version, setFlags);

/** Returns to the usual budget, in all threads. */
export const optimizeAsUsual = (version: string | undefined = process.versions.v8, setFlags = setFlagsFromString): void =>
  setBudget(USUAL, version, setFlags);

function setBudget(budget: number, version: string | undefined, setFlags: (flags: string) => void): void {
  // Code that is kept depends on the flags: its readers have the usual ones.
  if (!version?.startsWith('11.3.') || process.env[KEEP_CODE] !== undefined) return;
  try {
    setFlags(`--interrupt-budget=${budget}`);
  } catch {
    // It only saves time.
  }
}
