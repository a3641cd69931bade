/** Reads the memory of a browser's processes from Linux's /proc. */

import { readFileSync } from 'node:fs';
import { familyOf, nameOf } from '../start/processor-time.ts';

/** Bytes by process: `browser`, `gpu`, `renderer` and so on. Pages that processes share are counted once (PSS). */
export type ProcessMemory = Readonly<Record<string, number>>;

/** Returns the proportional set size (PSS, proc_pid_smaps(5)) of a process and all its descendants. */
export function processMemory(root: number): ProcessMemory {
  const sums: Record<string, number> = {};
  for (const pid of familyOf(root)) {
    const name = pid === root ? 'browser' : nameOf(pid);
    sums[name] = (sums[name] ?? 0) + pss(pid);
  }
  return sums;
}

function pss(pid: number): number {
  try {
    const kB = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return 1024 * Number(kB ?? 0);
  } catch {
    return 0; // the process has ended
  }
}
