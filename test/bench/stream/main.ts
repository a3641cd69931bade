import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright';
import { findChromium } from '../../browser/chromium.ts';
import { type BenchRoom, createBenchRoom } from './bench-room.ts';
import { bundlePage } from './bundle.ts';
import type { LinkProfile } from './link.ts';
import type { RunResult } from './page.ts';
import { chart, type Series, table } from './report.ts';
import { type ServedFile, startShapedServer } from './shaped-server.ts';

// npm run bench:stream -- [--profiles 5x20,100x50] [--protocols h1,h2] [--contestants foyer,slots-8] [--runs 3] [--json FILE] [--svg FILE]
// A profile is Mbit/s x round trip in ms; `+F` adds F % faults: 1x50+5.

const { values } = parseArgs({
  options: {
    profiles: { type: 'string', default: '5x20,5x50,5x200,20x20,20x50,20x200,100x20,100x50,100x200' },
    protocols: { type: 'string', default: 'h1,h2' },
    contestants: { type: 'string', default: 'foyer,slots-8,fifo-50,all-at-once' },
    runs: { type: 'string', default: '3' },
    json: { type: 'string' },
    svg: { type: 'string' },
  },
});

interface Profile extends LinkProfile {
  readonly name: string;
  readonly faultRate: number;
}

function parseProfile(name: string): Profile {
  const [, mbit, rtt, faults] = /^(\d+(?:\.\d+)?)x(\d+)(?:\+(\d+))?$/.exec(name) ?? [];
  if (mbit === undefined) throw new Error(`a profile is MBITxMS or MBITxMS+FAULTS, got ${JSON.stringify(name)}`);
  return { name, bitsPerSecond: Number(mbit) * 1e6, rttMs: Number(rtt), faultRate: Number(faults ?? 0) / 100 };
}

interface Measured extends RunResult {
  readonly extraBytes: number;
  readonly inversions: number;
  readonly duplicates: number;
}

/** One contestant, one visit: a fresh context, so nothing is cached and every connection is new but the page's own. */
async function visit(
  browser: Browser,
  room: BenchRoom,
  files: ReadonlyMap<string, ServedFile>,
  contestant: string,
  protocol: 'h1' | 'h2',
  link: Profile | undefined,
  seed: number,
): Promise<Measured> {
  const faults = link?.faultRate ? { faults: { rate: link.faultRate, seed } } : {};
  const server = await startShapedServer({ protocol, files, ...(link ? { link } : {}), ...faults });
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  try {
    const page: Page = await context.newPage();
    await page.goto(`${server.origin}/`);
    await page.waitForFunction('window.runContestant');
    const [bytes, asked] = [server.sentBytes(), server.requests.length];
    const result = await page.evaluate(
      name => (window as unknown as { runContestant(n: string): Promise<RunResult> }).runContestant(name),
      contestant,
    );
    const requests = server.requests.slice(asked);
    const classes = new Map(room.resources.map(r => [r.url, r.class]));
    const lastCritical = requests.findLastIndex(r => (classes.get(r.path) ?? 3) < 3);
    const inversions = requests.slice(0, lastCritical).filter(r => classes.get(r.path) === 3).length;
    const whole = requests.filter(r => r.range === undefined && classes.has(r.path)).map(r => r.path);
    return {
      ...result,
      extraBytes: link ? server.sentBytes() - bytes - room.totalBytes - room.documentBytes : 0,
      inversions,
      duplicates: whole.length - new Set(whole).size,
    };
  } finally {
    await context.close();
    await server.close();
  }
}

/** What no loader can beat: two hops (document, resources) and the bytes; or what this machine takes without any link. */
function lowerBound(room: BenchRoom, { bitsPerSecond, rttMs }: LinkProfile, unshaped: Measured): Series['bound'] {
  const time = (bytes: number) => 2 * rttMs + (bytes * 8000) / bitsPerSecond;
  return {
    interactiveMs: Math.max(time(room.documentBytes + room.criticalBytes), unshaped.interactiveMs),
    completeMs: Math.max(time(room.documentBytes + room.totalBytes), unshaped.completeMs),
  };
}

const room = createBenchRoom(1);
const html = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';
const files = new Map<string, ServedFile>(room.files);
files.set('/', { body: new TextEncoder().encode(html), type: 'text/html' });
files.set('/page.js', { body: new TextEncoder().encode(await bundlePage()), type: 'text/javascript' });
const names = values.contestants.split(',');
const runs = Number(values.runs);
const browser = await chromium.launch({
  executablePath: await findChromium(),
  args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-gpu'],
});
const series: Series[] = [];
console.log(
  `${room.resources.length} resources, ${(room.totalBytes / 1e6).toFixed(1)} MB, ${(room.criticalBytes / 1e6).toFixed(1)} MB critical, seed 1; ${runs} runs, interleaved; ${cpus().length} x ${cpus()[0]?.model}`,
);
try {
  for (const protocol of values.protocols.split(',') as ('h1' | 'h2')[]) {
    const unshaped = await visit(browser, room, files, 'foyer', protocol, undefined, 0);
    for (const profile of values.profiles.split(',').map(parseProfile)) {
      const bound = lowerBound(room, profile, unshaped);
      const group = names.map(
        (contestant): Series => ({
          profile: profile.name,
          protocol,
          contestant,
          interactiveMs: [],
          completeMs: [],
          unseenMs: [],
          longestTaskMs: [],
          extraBytes: [],
          inversions: [],
          duplicates: [],
          bound,
        }),
      );
      for (let run = 0; run < runs; run++) {
        for (const s of group) {
          const m = await visit(browser, room, files, s.contestant, protocol, profile, run + 1);
          for (const key of [
            'interactiveMs',
            'completeMs',
            'unseenMs',
            'longestTaskMs',
            'extraBytes',
            'inversions',
            'duplicates',
          ] as const)
            s[key].push(m[key]);
        }
      }
      series.push(...group);
      console.log(table(group));
    }
  }
} finally {
  await browser.close();
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(series, null, 1)}\n`);
if (values.svg) writeFileSync(values.svg, chart(series));
console.log(`\n${table(series)}`);
