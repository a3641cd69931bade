import { fork } from 'node:child_process';
import { join } from 'node:path';
import { quantile } from '../../../src/core/quantile.ts';
import { EventStream } from '../../drills/event-stream.ts';
import { call, Visitor } from '../../drills/visitor.ts';

/** What happens when everybody comes back at once, and when somebody does not read. */

export async function storm(url: string, streams: number): Promise<string> {
  const visitor = await Visitor.arrive(url, 'Storm');
  const room = await visitor.room();
  const times: number[] = [];
  let notModified = 0;
  const open: EventStream[] = [];
  await Promise.all(
    Array.from({ length: streams }, async (_, i) => {
      await new Promise(resolve => setTimeout(resolve, (i / streams) * 1000));
      const begun = performance.now();
      await new Promise<void>((resolve, reject) => {
        open.push(
          new EventStream(`${room.document.updates}?after=${room.position}`, {
            onEvent: () => {},
            onOpen: resolve,
            onEnd: status => reject(new Error(`HTTP ${status}`)),
          }),
        );
      });
      if ((await call('GET', room.url, { headers: { 'if-none-match': room.etag } })).status === 304) notModified++;
      times.push(performance.now() - begun);
    }),
  );
  for (const stream of open) stream.close();
  times.sort((a, b) => a - b);
  const ms = [0.5, 0.95, 0.99].map(share => `${Math.round(quantile(times, share))}`).join(' / ');
  return `storm: ${streams} streams in 1 s, each with a revalidation: p50/p95/p99 ${ms} ms; ${((100 * notModified) / streams).toFixed(1)} % 304`;
}

/** p99 of everybody else while a process that holds a stream is stopped (SIGSTOP), and whether it misses anything after. */
export async function slowReader(url: string): Promise<string> {
  const reader = await Visitor.arrive(url, 'Reader');
  const { document, position } = await reader.room();
  const walkers = await Promise.all(Array.from({ length: 10 }, (_, i) => Visitor.arrive(url, `Walker ${i}`)));
  const edges = await Promise.all(
    walkers.map(w => w.post(document.relations.avatars, { data: { position: [0, 0, 0] }, relations: { ref: w.me } })),
  );
  const stopped = fork(join(import.meta.dirname, 'stopped-reader.ts'), [`${document.updates}?after=${position}`], {
    execArgv: ['--import', 'tsx'],
  });
  await new Promise(resolve => stopped.once('message', resolve));
  const sentAt = new Map<string, number>();
  const delays: number[] = [];
  const ids = new Set<string>();
  const stream = new EventStream(`${document.updates}?after=${position}`, {
    onEvent: ({ event, id, data }) => {
      if (event !== 'message') return;
      if (id !== undefined) ids.add(id);
      delays.push(performance.now() - (sentAt.get(JSON.parse(data).text) ?? 0));
    },
  });
  // A walk of many corners is a long event: the sockets of who does not read fill up.
  const path = Array.from({ length: 900 }, (_, i) => [i + 0.123456, 0.123456, i + 0.654321]);
  const run = async (name: string, rounds: number) => {
    delays.length = 0;
    for (let i = 0; i < rounds; i++) {
      await Promise.all(walkers.map((w, n) => w.post(String(edges[n].headers.location), { data: { path, start: i } })));
      sentAt.set(`${name} ${i}`, performance.now());
      await reader.post(document.relations.messages, { data: { text: `${name} ${i}` } });
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    return quantile(
      delays.toSorted((a, b) => a - b),
      0.99,
    );
  };
  const before = await run('before', 100);
  stopped.kill('SIGSTOP');
  const during = await run('during', 200);
  const cut = /foyer_recipients_cut_total (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
  stopped.kill('SIGCONT');
  stopped.send('report');
  const seen = new Set(
    await new Promise<readonly string[]>(resolve => {
      // It also says that it is connected again.
      stopped.on('message', message => {
        if (Array.isArray(message)) resolve(message);
      });
    }),
  );
  stream.close();
  const missed = [...ids].filter(id => !seen.has(id)).length;
  stopped.kill();
  return `slow reader: p99 of others ${before.toFixed(1)} ms before, ${during.toFixed(1)} ms while one is stopped; cut: ${cut}; events it missed after it came back: ${missed} of ${ids.size}`;
}
