/** A browser whose processes are measured. */

import type { Browser } from 'playwright';
import { launchChromium } from '../../browser/chromium.ts';
import { childrenOf } from './processor-time.ts';

/**
 * @param flags - more flags of Chromium.
 * @returns the browser, and the id of its first process: all others descend from it.
 */
export async function launchMeasured(
  flags: readonly string[] = [],
): Promise<{ readonly browser: Browser; readonly root: number }> {
  const before = new Set(childrenOf(process.pid));
  const browser = await launchChromium(flags);
  const root = childrenOf(process.pid).find(pid => !before.has(pid));
  if (root === undefined) throw new Error('the process of the browser is unknown');
  return { browser, root };
}

export function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
