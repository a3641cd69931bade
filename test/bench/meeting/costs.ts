import type { CDPSession, Page } from 'playwright';
import type { RoomViewer } from '../../../src/viewer/element/room-viewer.ts';
import type { CrowdOfBots } from './crowd-of-bots.ts';
import { cpuShares, heapShares, type Shares } from './profile.ts';

/** What following, tags and bubbles cost: of a frame in which nothing arrives, and of each event that arrives. */

/** Seconds of each measurement. */
export const SPAN = 8;
/** Seconds after which those who walked have arrived, and what was said has gone. */
const QUIET = 20;
/** What the figures are for: frames a second of a screen. */
const DISPLAY = 60;

/** Frames and events of the live room within `seconds`. */
export async function frames(page: Page, seconds: number): Promise<{ frames: number; events: number }> {
  return page.evaluate(
    ms =>
      new Promise<{ frames: number; events: number }>(done => {
        const found = { frames: 0, events: 0 };
        const live = document.querySelector<RoomViewer>('room-viewer')?.live;
        const count = () => void found.events++;
        const stops = (['change', 'message', 'presence'] as const).map(type => live?.events.on(type, count));
        const ends = performance.now() + ms;
        const tick = () => {
          found.frames++;
          if (performance.now() < ends) return void requestAnimationFrame(tick);
          for (const stop of stops) stop?.();
          done(found);
        };
        requestAnimationFrame(tick);
      }),
    seconds * 1000,
  );
}

/** @param rate - deeds a second. */
export async function printCosts(page: Page, session: CDPSession, bots: CrowdOfBots, rate: number): Promise<void> {
  bots.rate = 0;
  await page.waitForTimeout(QUIET * 1000);
  const still = await measure(page, session);
  bots.rate = rate;
  await page.waitForTimeout(2000);
  const busy = await measure(page, session);
  const again = await measure(page, session);
  const least = (a: number, b: number) => Math.min(a, b);
  for (const unit of ['ms', 'KB'] as const) {
    const digits = unit === 'ms' ? 3 : 2;
    const total = (m: Measured) => m[unit]['following, tags and bubbles'] + m[unit]['documents that changed'];
    const frame = total(still) / still.frames;
    const event = least((total(busy) - frame * busy.frames) / busy.events, (total(again) - frame * again.frames) / again.events);
    const perSecond = busy.events / SPAN;
    console.log(
      `${unit === 'ms' ? 'JavaScript' : 'garbage'}, ${unit}: a frame in which nothing arrives ${frame.toFixed(digits)} (${still.frames} frames); ` +
        `an event ${event.toFixed(digits)} (${rate} deeds are ${perSecond.toFixed(1)} events a second); ` +
        `a frame of ${DISPLAY} a second at that rate ${(frame + (event * perSecond) / DISPLAY).toFixed(digits)}`,
    );
    for (const m of [busy, again])
      console.log(
        `  as measured, ${unit} a frame at ${(m.frames / SPAN).toFixed(1)} frames a second: ` +
          Object.entries(m[unit])
            .map(([name, value]) => `${name} ${(value / m.frames).toFixed(digits)}`)
            .join(', '),
      );
  }
  console.log([...busy.top, ...still.top.map(line => `still: ${line}`)].map(line => `  ${line}`).join('\n'));
}

interface Measured {
  readonly frames: number;
  readonly events: number;
  readonly ms: Shares;
  readonly KB: Shares;
  readonly top: readonly string[];
}

/** Time first, then garbage: one profiler would slow the other. Counts are of the first; garbage is scaled to them. */
async function measure(page: Page, session: CDPSession): Promise<Measured> {
  let counted = { frames: 0, events: 0 };
  const cpu = await cpuShares(session, async () => (counted = await frames(page, SPAN)));
  let then = { frames: 0, events: 0 };
  const heap = await heapShares(session, async () => (then = await frames(page, SPAN)));
  const KB = Object.fromEntries(
    Object.entries(heap.bytes).map(([name, bytes]) => [name, (bytes / 1024 / then.frames) * counted.frames]),
  ) as Shares;
  return { ...counted, ms: cpu.ms, KB, top: [...cpu.top, ...heap.top] };
}
