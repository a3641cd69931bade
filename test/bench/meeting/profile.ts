import type { CDPSession } from 'playwright';

/** What the code of live rooms and of their controls takes of a page: milliseconds and bytes, from samples of Chromium's profilers. */

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}
interface CpuNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}
interface HeapNode {
  readonly callFrame: CallFrame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

export type Share = 'following, tags and bubbles' | 'documents that changed' | 'all other code';
export type Shares = Record<Share, number>;

const SAMPLE_US = 200;
/**
 * A sample counts for at most so much. The profiler interrupts the thread every 0.2 ms while that runs: a longer gap is time in which the machine
 * ran something else. On 2 cores that a renderer without a GPU, a server and bots share, gaps of 10 ms are frequent.
 */
const MOST_SAMPLE_MS = (3 * SAMPLE_US) / 1000;
/** Chunks that hold src/live, src/viewer/walking, src/viewer/meeting and src/viewer/anchors. */
const LIVE = /\/(live-visit|live-room|meeting|annotations|anchor)[^/]*\.js/;
/** Methods of src/graph and src/room that read documents again and make the room what they say. */
const DOCUMENTS = new Set([
  'read',
  'each',
  'all',
  'members',
  'furniture',
  'avatar',
  'product',
  'renew',
  'forget',
  'get',
  'take',
  'wear',
  'refresh',
]);

/** The renderer has methods of the same names: what it calls is no part of a live room. */
const DRAWING = new Set(['render', 'draw']);
type Above = Share | 'drawing' | undefined;

const none = (): Shares => ({ 'following, tags and bubbles': 0, 'documents that changed': 0, 'all other code': 0 });

/** A function counts with all that it calls: the outermost one that is known decides. */
function shareOf({ url, functionName }: CallFrame, above: Above): Above {
  if (above !== undefined && above !== 'all other code') return above;
  if (LIVE.test(url)) return 'following, tags and bubbles';
  if (/\.js/.test(url) && DRAWING.has(functionName)) return 'drawing';
  if (/\.js/.test(url) && DOCUMENTS.has(functionName)) return 'documents that changed';
  return url === '' ? above : 'all other code';
}

const counted = (above: Above): Share | undefined => (above === 'drawing' ? 'all other code' : above);

/** Milliseconds of JavaScript while `during` runs. */
export async function cpuShares(session: CDPSession, during: () => Promise<unknown>): Promise<{ ms: Shares; top: string[] }> {
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await session.send('Profiler.start');
  await during();
  const { profile } = await session.send('Profiler.stop');
  await session.send('Profiler.disable');
  const nodes = new Map((profile.nodes as CpuNode[]).map(node => [node.id, node]));
  const shares = new Map<number, Above>();
  const visit = (id: number, above: Above): void => {
    const node = nodes.get(id);
    if (!node) return;
    const share = shareOf(node.callFrame, above);
    shares.set(id, share);
    for (const child of node.children ?? []) visit(child, share);
  };
  visit(profile.nodes[0].id, undefined);
  const ms = none();
  const self = new Map<string, number>();
  for (const [i, id] of (profile.samples ?? []).entries()) {
    const share = counted(shares.get(id));
    const delta = Math.min(MOST_SAMPLE_MS, (profile.timeDeltas?.[i] ?? 0) / 1000);
    if (share === undefined) continue;
    ms[share] += delta;
    if (share === 'all other code') continue;
    const frame = nodes.get(id)?.callFrame;
    const name = `${frame?.functionName}@${frame?.url.replace(/.*\//, '')}`;
    self.set(name, (self.get(name) ?? 0) + delta);
  }
  const top = [...self].sort((a, b) => b[1] - a[1]).slice(0, 14);
  return { ms, top: top.map(([name, time]) => `${time.toFixed(1)} ms ${name}`) };
}

/** Bytes that were allocated while `during` runs, those that were collected since included. */
export async function heapShares(session: CDPSession, during: () => Promise<unknown>): Promise<{ bytes: Shares; top: string[] }> {
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.startSampling', {
    samplingInterval: 512,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await during();
  const { profile } = await session.send('HeapProfiler.stopSampling');
  await session.send('HeapProfiler.disable');
  const bytes = none();
  const self = new Map<string, number>();
  const visit = (node: HeapNode, above: Above): void => {
    const at = shareOf(node.callFrame, above);
    const share = counted(at);
    if (share !== undefined) {
      bytes[share] += node.selfSize;
      const name = `${node.callFrame.functionName}@${node.callFrame.url.replace(/.*\//, '')}`;
      if (share !== 'all other code') self.set(name, (self.get(name) ?? 0) + node.selfSize);
    }
    for (const child of node.children) visit(child, at);
  };
  visit(profile.head as HeapNode, undefined);
  const top = [...self].sort((a, b) => b[1] - a[1]).slice(0, 14);
  return { bytes, top: top.map(([name, size]) => `${(size / 1024).toFixed(0)} KB ${name}`) };
}
