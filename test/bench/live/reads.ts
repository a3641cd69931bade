import { Agent, request } from 'node:http';
import { quantile } from '../../../src/core/quantile.ts';
import { Visitor } from '../../drills/visitor.ts';

/** GET of the lounge, warm, at a fixed rate: requests begin on time, whether the last has ended or not. */
export async function reads(url: string, perSecond = 200, seconds = 15): Promise<string> {
  const room = await (await Visitor.arrive(url, 'Reader')).room();
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const get = (headers: Record<string, string>) =>
    new Promise<{ readonly ms: number; readonly status: number; readonly bytes: number }>((resolve, reject) => {
      const begun = performance.now();
      let bytes = 0;
      const sent = request(room.url, { agent, headers }, response => {
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.byteLength;
        });
        response.once('end', () => resolve({ ms: performance.now() - begun, status: response.statusCode ?? 0, bytes }));
      });
      sent.once('error', reject);
      sent.end();
    });
  const run = async (headers: Record<string, string>) => {
    await get(headers);
    const pending: ReturnType<typeof get>[] = [];
    const begun = performance.now();
    for (let i = 0; i < perSecond * seconds; i++) {
      const wait = begun + (i * 1000) / perSecond - performance.now();
      if (wait > 1) await new Promise(resolve => setTimeout(resolve, wait));
      pending.push(get(headers));
    }
    const all = await Promise.all(pending);
    const times = all.map(({ ms }) => ms).sort((a, b) => a - b);
    const statuses = [...new Set(all.map(({ status }) => status))].join(', ');
    return `${[0.5, 0.95, 0.99].map(share => quantile(times, share).toFixed(1)).join(' / ')} ms (HTTP ${statuses}, ${all[0].bytes} bytes)`;
  };
  const whole = await run({ 'accept-encoding': 'gzip' });
  const revalidated = await run({ 'accept-encoding': 'gzip', 'if-none-match': room.etag });
  agent.destroy();
  return `GET of the lounge, ${perSecond} a second: p50/p95/p99 ${whole}; revalidated ${revalidated}`;
}
