import type { CDPSession } from 'playwright';
import type { RoomViewer } from '../../../src/viewer/element/room-viewer.ts';
import { growth, type HeapUse, heapUse } from '../../browser/js-heap.ts';
import type { ViewerPage } from '../../browser/viewer-page.ts';

/** What a page holds, garbage taken out. */
export interface Held {
  readonly people: number;
  /** GPU objects that were made and not deleted. */
  readonly gpu: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly heap: HeapUse;
}

/** Counts what the page holds now. @param session - with `Performance` enabled. */
export async function held(viewer: ViewerPage, session: CDPSession): Promise<Held> {
  // The test's own record of events is no leak of the page.
  await viewer.page.evaluate(() => (window.recorded.events as unknown[]).splice(0));
  const heap = await heapUse(viewer.page);
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find(m => m.name === name)?.value ?? 0;
  const people = await viewer.page.evaluate(
    () => document.querySelector<RoomViewer>('room-viewer')?.session?.avatars.length ?? 0,
  );
  return {
    people,
    gpu: await viewer.gpuObjects(),
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
    heap,
  };
}

/** One row of the table, compared to the first. */
export function row(minute: number, now: Held, first: Held): string {
  const change = (a: number, b: number) => `${a} (${a >= b ? '+' : ''}${((a / b - 1) * 100).toFixed(1)} %)`;
  return [
    `| ${minute} | ${now.people}`,
    change(now.gpu, first.gpu),
    change(now.nodes, first.nodes),
    change(now.listeners, first.listeners),
    `${change(Math.round(now.heap.bytes / 1024), Math.round(first.heap.bytes / 1024))} |`,
  ].join(' | ');
}

export const HEADER = '| minute | people | GPU objects | DOM nodes | listeners | heap, KB |\n|---|---|---|---|---|---|';

export { growth };
