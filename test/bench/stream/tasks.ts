import { quantile } from '../../../src/core/quantile.ts';

/** How long the main thread of a page was busy without a pause. */
export interface TaskTimes {
  readonly longestMs: number;
  /** 99th percentile of the tasks of at least 1 ms; 0 where there is none. */
  readonly p99Ms: number;
  /** Tasks of at least 1 ms. */
  readonly count: number;
  /** The sum of all. */
  readonly busyMs: number;
}

/** One event of Chromium's trace format; times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Processor time of the thread: what the task took, whatever else the machine did meanwhile. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The page's mark (User Timing) from which tasks count: the tracer's own start takes 20 to 30 ms of the page's main thread. */
export const TASKS_FROM = 'foyer-bench';
export const TRACE_CATEGORIES = ['toplevel', '__metadata', 'blink.user_timing'];
const TASK = /RunTask$/;

/**
 * The tasks of the busiest renderer's main thread from the mark on, where there is one. Processor time where the trace has it: on a machine shared with others,
 * wall time would measure the others.
 */
export function taskTimes(events: readonly TraceEvent[]): TaskTimes {
  const mains = new Set(
    events.filter(e => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map(e => `${e.pid} ${e.tid}`),
  );
  const from = events.find(e => e.name === TASKS_FROM)?.ts ?? 0;
  const byThread = new Map<string, number[]>();
  for (const e of events) {
    const thread = `${e.pid} ${e.tid}`;
    if (e.ph !== 'X' || !mains.has(thread) || !TASK.test(e.name) || e.ts + (e.dur ?? 0) < from) continue;
    const list = byThread.get(thread);
    const ms = (e.tdur ?? e.dur ?? 0) / 1000;
    if (list) list.push(ms);
    else byThread.set(thread, [ms]);
  }
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  const [tasks = []] = [...byThread.values()].sort((a, b) => sum(b) - sum(a));
  const long = tasks.filter(ms => ms >= 1);
  return {
    longestMs: tasks.reduce((most, ms) => Math.max(most, ms), 0),
    p99Ms: long.length > 0 ? quantile(long, 0.99) : 0,
    count: long.length,
    busyMs: sum(tasks),
  };
}
