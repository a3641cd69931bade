import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { quantile } from '../../../src/core/quantile.ts';
import { launchChromium } from '../../browser/chromium.ts';
import { benchRoom, bytesOf, readRoom } from './bench-room.ts';
import { bundlePage } from './bundle.ts';
import { chart } from './report/chart.ts';
import { overview } from './report/overview.ts';
import { type BenchFile, merge, rows, table } from './report/report.ts';
import { urgentAmongLow } from './urgent.ts';
import { type Profile, parseProfile, visit } from './visit.ts';
import { type WarmResult, warmHighColdLow } from './warm.ts';

/**
 * npm run bench:stream -- [--profiles 5x20,100x50] [--protocols h1,h2] [--contestants foyer,slots-8] [--runs 3] [--json FILE] [--svg FILE]
 *
 * A profile is Mbit/s x round trip in ms; `+F` adds F % faults: 1x50+5. Contestants: foyer (the queue), viewer (the whole viewer), slots-8,
 * fifo-50, all-at-once, three (GLTFLoader on whole models).
 *
 *     --unshaped N   runs without a link that tell what the machine takes at best (3)
 *     --room FOLDER  of another room than the bench's: public/rooms/lounge
 *     --warm 1x50    instead: high textures cached, low ones not, over that link
 *     --urgent 20x50 instead: `--tries` urgent requests (100) among 100 low ones
 *     --merge A B …  instead: one table and chart of the JSON files of several runs, of the `--protocols` named
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    profiles: { type: 'string', default: '5x20,5x50,5x200,20x20,20x50,20x200,100x20,100x50,100x200' },
    protocols: { type: 'string', default: 'h1,h2' },
    contestants: { type: 'string', default: 'foyer,slots-8,fifo-50,all-at-once,three' },
    runs: { type: 'string', default: '3' },
    unshaped: { type: 'string', default: '3' },
    warm: { type: 'string' },
    urgent: { type: 'string' },
    room: { type: 'string' },
    tries: { type: 'string', default: '100' },
    merge: { type: 'boolean', default: false },
    json: { type: 'string' },
    svg: { type: 'string' },
  },
});

/** Through the same shaper, which holds up nothing: what the machine, the server and the browser take. */
const NO_LINK: Profile = { name: 'none', bitsPerSecond: 100e9, rttMs: 0, faultRate: 0 };

if (values.merge) {
  const protocols = values.protocols.split(',').map(asProtocol);
  publish(
    merge(
      positionals.map(path => JSON.parse(readFileSync(path, 'utf8')) as BenchFile),
      protocols,
    ),
  );
} else {
  const room = values.room === undefined ? await benchRoom() : await readRoom(resolve(values.room));
  const files = new Map([...room.files, ...(await bundlePage())]);
  const browser = await launchChromium();
  try {
    if (values.warm) print(summary(await warmHighColdLow(browser, { room, files, link: parseProfile(values.warm) })));
    else if (values.urgent)
      print(await urgentAmongLow(browser, { files, link: parseProfile(values.urgent), tries: Number(values.tries) }));
    else publish(await matrix());
  } finally {
    await browser.close();
  }

  async function matrix(): Promise<BenchFile> {
    const all = [...room.critical, ...room.high];
    const result = {
      machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, SwiftShader, Chromium ${browser.version()}`,
      room: {
        documentBytes: room.documentBytes,
        critical: { files: room.critical.size, bytes: bytesOf(room, room.critical) },
        all: { files: all.length, bytes: bytesOf(room, all) },
      },
      unshaped: [] as BenchFile['unshaped'][number][],
      runs: [] as BenchFile['runs'][number][],
    } satisfies BenchFile;
    for (const protocol of values.protocols.split(',').map(asProtocol)) {
      for (let run = 0; run < Number(values.unshaped); run++) {
        const { interactiveMs, completeMs } = await visit(browser, {
          room,
          files,
          contestant: 'foyer',
          protocol,
          link: NO_LINK,
          seed: 0,
        });
        result.unshaped.push({ protocol, interactiveMs, completeMs });
      }
      for (const link of values.profiles.split(',').map(parseProfile)) {
        // Interleaved: what else the machine does meets all contestants alike.
        for (let run = 0; run < Number(values.runs); run++)
          for (const contestant of values.contestants.split(',')) {
            const measured = await visit(browser, { room, files, contestant, protocol, link, seed: run + 1 });
            result.runs.push({ profile: link.name, protocol, contestant, ...measured });
          }
        const here = result.runs.filter(r => r.profile === link.name && r.protocol === protocol);
        console.log(table(rows({ ...result, runs: here })));
        // At once: a run that is ended early has measured what it has.
        if (values.json) writeFileSync(values.json, `${JSON.stringify(result)}\n`);
      }
    }
    return result;
  }
}

function publish(file: BenchFile): void {
  const { critical, all } = file.room;
  const list = rows(file);
  console.log(
    `\n${all.files} files, ${(all.bytes / 1e6).toFixed(1)} MB, ${(critical.bytes / 1e6).toFixed(1)} MB critical; ${file.machine}`,
  );
  const best = (protocol: string, of: 'interactiveMs' | 'completeMs') =>
    Math.min(...file.unshaped.filter(u => u.protocol === protocol).map(u => u[of])).toFixed(0);
  for (const protocol of new Set(file.unshaped.map(u => u.protocol)))
    console.log(`without a link, ${protocol}: ${best(protocol, 'interactiveMs')} / ${best(protocol, 'completeMs')} ms at best`);
  console.log(table(list));
  console.log(`\ninteractive / full, over the bound:\n${overview(list)}`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(file)}\n`);
  if (values.svg) writeFileSync(values.svg, chart(list));
}

/** The distribution instead of every texture. */
function summary({ highMs, ...rest }: WarmResult): object {
  const at = (part: number) => Math.round(quantile(highMs, part));
  return { textures: highMs.length, firstMs: at(0), medianMs: at(0.5), p95Ms: at(0.95), lastMs: at(1), ...rest };
}

function print(result: object): void {
  console.log(JSON.stringify(result, null, 1));
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result)}\n`);
}

function asProtocol(name: string): 'h1' | 'h2' {
  if (name !== 'h1' && name !== 'h2') throw new Error(`a protocol is h1 or h2, got ${JSON.stringify(name)}`);
  return name;
}
