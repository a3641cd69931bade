import type { CDPSession, Page } from 'playwright';

/** What of a heap snapshot a page's own objects are made of; compiled code and the browser's side of things come and go by themselves. */
const OWN_TYPES = new Set([
  'array',
  'string',
  'object',
  'closure',
  'regexp',
  'number',
  'symbol',
  'bigint',
  'concatenated string',
  'sliced string',
]);

export interface HeapUse {
  readonly bytes: number;
  /** Type and constructor -> bytes. */
  readonly byName: ReadonlyMap<string, number>;
}

/**
 * Bytes of JavaScript objects in use, garbage taken out, by a heap snapshot: `Runtime.getHeapUsage` counts compiled code as well, which
 * grows for thousands of rounds while V8 optimizes.
 */
export async function heapUse(page: Page): Promise<HeapUse> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await collectGarbage(session);
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  const { snapshot, nodes, strings } = JSON.parse(chunks.join('')) as {
    snapshot: { meta: { node_fields: string[]; node_types: [string[]] } };
    nodes: number[];
    strings: string[];
  };
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, name, size] = ['type', 'name', 'self_size'].map(field => fields.indexOf(field));
  const byName = new Map<string, number>();
  let bytes = 0;
  for (let i = 0; i < nodes.length; i += fields.length) {
    const kind = types[0][nodes[i + type]];
    if (!OWN_TYPES.has(kind)) continue;
    // V8 names contexts by a number that changes when it compiles a function again.
    const key = `${kind} ${strings[nodes[i + name]].replace(/ @\d+$/, '').slice(0, 60)}`;
    byName.set(key, (byName.get(key) ?? 0) + nodes[i + size]);
    bytes += nodes[i + size];
  }
  return { bytes, byName };
}

/** What grew the most, for the message of a test that fails. */
export function growth(before: HeapUse, after: HeapUse): string {
  return [...after.byName]
    .map(([key, bytes]) => [key, bytes - (before.byName.get(key) ?? 0)] as const)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([key, bytes]) => `${key}: ${bytes}`)
    .join('; ');
}

async function collectGarbage(session: CDPSession): Promise<void> {
  for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage');
}
