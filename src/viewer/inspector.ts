import type { LoggedDownload } from '../net/download-log.ts';
import type { DownloadQueue } from '../net/download-queue.ts';

const REFRESH_MS = 250;
const ROW = 14;
/** CSS pixels left of the bars, for names and figures. */
const LABEL = 330;
/** By class: documents, seen, critical, high. */
const colors = ['#f2c14e', '#5fb3f9', '#3f7fbf', '#9b7ede'];
const WAITING = '#ffffff38';
const FAILED = '#e4572e';

const css = `
.inspector { position: absolute; inset: auto 0 0 0; height: 55%; z-index: 5; display: flex; flex-direction: column; background: #14171cee; color: #e8e6e3; font: 11px/1.5 ui-monospace, monospace; }
.inspector header { padding: 6px 10px; white-space: pre-wrap; border-bottom: 1px solid #ffffff24; }
.inspector div { flex: 1; overflow: auto; }
.inspector canvas { display: block; }`;

/**
 * A live waterfall of what the queue brings: one row a resource, in the order of the requests; light while it waits, coloured
 * by class while it comes, with its state, priority, bytes and origin; above it the window, the bandwidth and the round trip.
 *
 * @param root - what it is laid over.
 * @returns closes it.
 */
export function openInspector(root: ShadowRoot, queue: DownloadQueue): () => void {
  const style = document.createElement('style');
  style.textContent = css;
  const panel = document.createElement('section');
  panel.className = 'inspector';
  panel.setAttribute('aria-label', 'Streaming inspector');
  const header = document.createElement('header');
  const scroll = document.createElement('div');
  const canvas = document.createElement('canvas');
  scroll.append(canvas);
  panel.append(header, scroll);
  root.append(style, panel);
  const refresh = () => {
    header.textContent = summary(queue);
    draw(canvas, scroll.clientWidth, queue.log.entries, queue);
  };
  refresh();
  const timer = setInterval(refresh, REFRESH_MS);
  return () => {
    clearInterval(timer);
    panel.remove();
    style.remove();
  };
}

const kB = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`;

/** Two lines of figures. */
export function summary({ stats }: Pick<DownloadQueue, 'stats'>): string {
  const { window, inflightBytes, bandwidth, roundTripMs, protocol } = stats;
  const speed = bandwidth === undefined ? '?' : ((bandwidth * 8) / 1e6).toFixed(1);
  const path = `window ${kB(inflightBytes)} of ${kB(window)}   ${speed} Mbit/s   round trip ${roundTripMs?.toFixed(0) ?? '?'} ms   ${protocol ?? 'unknown protocol'}`;
  const lanes = `waiting ${stats.waiting}   active ${stats.active}   retrying ${stats.retrying}`;
  const totals = `network ${kB(stats.received)} in ${stats.requests} requests   cache ${kB(stats.cacheBytes)} in ${stats.cacheHits}   shared ${stats.shared}   retries ${stats.retries}   preempted ${stats.preempted}   wasted ${kB(stats.wasted)}`;
  return `${path}   ${lanes}\n${totals}`;
}

/** `high   0.34  sofa.ktx2     120 KB  done network` */
export function rowLabel(entry: LoggedDownload): string {
  const name = entry.url.split('#')[0].split('/').pop() ?? entry.url;
  const size = kB(entry.bytes ?? entry.received);
  const tries = entry.attempts > 1 ? ` x${entry.attempts}` : '';
  return `${entry.class} ${entry.utility.toPrecision(2).padEnd(8)} ${name.slice(0, 16).padEnd(16)} ${size.padStart(8)} ${entry.state} ${entry.from ?? ''}${tries}`;
}

function draw(canvas: HTMLCanvasElement, width: number, entries: readonly LoggedDownload[], { now }: DownloadQueue): void {
  const ratio = globalThis.devicePixelRatio || 1;
  const height = Math.max(1, entries.length * ROW);
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (!context || entries.length === 0) return;
  context.scale(ratio, ratio);
  context.font = '10px ui-monospace, monospace';
  context.textBaseline = 'middle';
  const from = entries[0].askedAt;
  const ends = entries.map(e => e.endedAt ?? now);
  const span = Math.max(1, Math.max(...ends) - from);
  const x = (time: number) => LABEL + ((time - from) / span) * (width - LABEL - 4);
  entries.forEach((entry, i) => {
    const y = i * ROW;
    const started = entry.startedAt ?? ends[i];
    context.fillStyle = WAITING;
    context.fillRect(x(entry.askedAt), y + 5, x(started) - x(entry.askedAt), ROW - 10);
    context.fillStyle = entry.state === 'failed' ? FAILED : (colors[entry.class] ?? colors[3]);
    context.globalAlpha = entry.from === 'cache' || entry.from === 'memory' ? 0.5 : 1;
    context.fillRect(x(started), y + 2, Math.max(1, x(ends[i]) - x(started)), ROW - 4);
    context.globalAlpha = 1;
    context.fillStyle = entry.state === 'failed' ? FAILED : '#e8e6e3';
    context.fillText(rowLabel(entry), 6, y + ROW / 2, LABEL - 10);
  });
}
