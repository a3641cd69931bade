/** Reads the processor time of a browser's processes from Linux's /proc. */

import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of processor time by process: `browser`, `gpu`, `renderer`, `network` and so on. */
export type ProcessorTime = Readonly<Record<string, number>>;

/** USER_HZ: the unit of `utime` and `stime` in /proc/PID/stat, 100 on every Linux that Chromium runs on. */
const TICKS_A_SECOND = 100;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly seconds: number;
}

/** Returns the process ids of the direct children of a process. */
export function childrenOf(parent: number): readonly number[] {
  return processes().flatMap(process => (process.parent === parent ? [process.pid] : []));
}

/** Returns the processor time of a process and all its descendants, threads included, since they started. */
export function processorTime(root: number): ProcessorTime {
  const all = processes();
  const family = familyOf(root, all);
  const times: Record<string, number> = {};
  for (const { pid, seconds } of all) {
    if (!family.has(pid)) continue;
    const name = pid === root ? 'browser' : nameOf(pid);
    times[name] = (times[name] ?? 0) + seconds;
  }
  return times;
}

/** Returns the process ids of a process and all its descendants. */
export function familyOf(root: number, all = processes()): ReadonlySet<number> {
  const family = new Set([root]);
  // Parents have lower ids than their children only until ids wrap around, so it repeats until nothing is added.
  for (let before = 0; before !== family.size; ) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return family;
}

/** Returns `after - before`, and the sum as `all`. */
export function spent(before: ProcessorTime, after: ProcessorTime): ProcessorTime {
  const difference: Record<string, number> = { all: 0 };
  for (const [name, seconds] of Object.entries(after)) {
    difference[name] = seconds - (before[name] ?? 0);
    difference.all += difference[name];
  }
  return difference;
}

function processes(): readonly Process[] {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return [];
    const stat = read(`/proc/${name}/stat`);
    // The name in brackets may hold spaces. After it: state, parent, and from the 12th field on utime and stime (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields.length < 13) return [];
    return [
      { pid: Number(name), parent: Number(fields[1]), seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND },
    ];
  });
}

/** Returns what Chromium calls the process: its `--type`, or for a utility its service. */
export function nameOf(pid: number): string {
  const line = read(`/proc/${pid}/cmdline`);
  const type = /--type=([\w-]+)/.exec(line)?.[1] ?? 'other';
  if (type === 'gpu-process') return 'gpu';
  if (type !== 'utility') return type;
  return /--utility-sub-type=(\w+)/.exec(line)?.[1] ?? type;
}

/** Reads a file of a process; empty if the process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
