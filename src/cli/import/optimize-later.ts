/** Makes V8 compile less while models are imported. */
import { setFlagsFromString } from 'node:v8';

/**
 * V8 optimizes a function after it has run for a while, in threads of its own. It compares what a function did with a budget, here 15
 * times its usual one. An import of 57 models spent 3 of 13 s of processor time on that, on two cores that have other work: with this
 * budget it takes 12 % less, and one of 12,000 triangles 18 %. Long imports do not change.
 *
 * Only for the versions on which it was measured (Node 20). Call it before the import's modules load.
 *
 * @param version - of V8; undefined or another one where the program runs in Bun or Deno.
 */
export function optimizeLater(version: string | undefined = process.versions.v8, setFlags = setFlagsFromString): void {
  if (!version?.startsWith('11.3.')) return;
  try {
    setFlags('--interrupt-budget=1000000');
  } catch {
    // It only saves time.
  }
}
