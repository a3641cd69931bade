import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { quantile } from '../../../src/core/quantile.ts';
import { publishFolder } from '../../../src/server/publish/publish-folder.ts';
import { Tokens } from '../../../src/server/rights/tokens.ts';
import { freePort } from '../../../src/server/room-server.ts';
import { ServerProcess } from '../../drills/server-process.ts';
import { hasNats, NatsProcess } from '../../server/log/nats-process.ts';
import { chart } from './chart.ts';
import type { CrowdOptions, CrowdReport } from './crowd.ts';

/**
 * npm run bench:live -- [--rounds 3] [--seconds 34] [--rooms 10] [--visitors 100] [--scenarios crowd,small,nats,reads,storm,slow] [--json FILE] [--svg FILE]
 *
 * Live rooms as they are used: servers and crowds in processes of their own, over loopback. Each second 10 outfits change, and every visitor
 * begins a walk each 5 s. Contestants take turns, round by round; figures are medians of the rounds.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '34' },
    rooms: { type: 'string', default: '10' },
    visitors: { type: 'string', default: '100' },
    scenarios: { type: 'string', default: 'crowd,small,nats,reads,storm,slow' },
    contestants: { type: 'string', default: 'foyer,socket.io,colyseus' },
    json: { type: 'string' },
    svg: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const rooms = Number(values.rooms);
const visitors = Number(values.visitors);
const root = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-live-'));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'a secret of at least 32 bytes, for the bench');
const CHANGES = 10;
const WALK_EVERY = 5;

/** Figures of one run. */
export interface Row {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p99Write: number;
  readonly deliveries: number;
  readonly perCoreSecond: number;
  readonly microsecondsEach: number;
  readonly bytesEach: number;
  readonly rssMiB: number;
  readonly expected: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly failed: number;
}

interface Contestant {
  readonly urls: readonly string[];
  readonly pids: readonly number[];
  end(): Promise<void>;
}

let folders = 0;
// What users run is measured: the built command.
execFileSync('npm', ['run', '--silent', 'build:cli'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });

async function startFoyer(more: readonly string[] = [], processes = 1): Promise<Contestant> {
  const servers: ServerProcess[] = [];
  for (let i = 0; i < processes; i++) {
    const data = join(folder, `data-${folders++}`);
    servers.push(
      await ServerProcess.start({ data, built: true, arguments: ['--secret-file', secretFile, '--capacity', '400', ...more] }),
    );
  }
  const tokens = new Tokens({ secret: new Uint8Array(readFileSync(secretFile)), now: Date.now, roomOf: () => undefined });
  const token = await tokens.sign({ id: 'bench', name: 'Bench', role: 'editor' });
  // The first room is the lounge that every server begins with; the others are the same one under other names.
  for (let i = 1; i < rooms; i++)
    await publishFolder({ room: join(root, 'public/rooms/lounge'), to: servers[0].url, token, name: `room-${i}` });
  return {
    urls: servers.map(({ url }) => url),
    pids: servers.map(({ pid }) => pid),
    end: async () => {
      for (const server of servers) await server.end('SIGTERM');
    },
  };
}

async function startOther(name: string): Promise<Contestant> {
  const port = await freePort('127.0.0.1');
  const args = ['--import', 'tsx', join(import.meta.dirname, 'contestant-server.ts'), name, String(port)];
  const child: ChildProcess = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  if (!child.stdout) throw new Error('no output');
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>(ready => lines.on('line', line => line.startsWith('{"url"') && ready()));
  return {
    urls: [`http://127.0.0.1:${port}`],
    pids: [child.pid ?? 0],
    end: async () => {
      const ended = new Promise(done => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const rssOf = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Two crowds of half the rooms each, so that the crowd is not what is measured. */
async function measure(
  name: string,
  kind: CrowdOptions['contestant'],
  contestant: Contestant,
  roomCount: number,
  duration: number,
): Promise<Row> {
  const all = Array.from({ length: roomCount }, (_, i) => i);
  const halves = roomCount > 1 ? [all.filter(i => i % 2 === 0), all.filter(i => i % 2 === 1)] : [all];
  const crowds = halves.map(half => {
    const options: CrowdOptions = {
      contestant: kind,
      urls: contestant.urls,
      rooms: half,
      visitors,
      seconds: duration,
      changes: (CHANGES * half.length) / rooms,
      walkEvery: WALK_EVERY,
    };
    return fork(join(import.meta.dirname, 'crowd.ts'), [JSON.stringify(options)], { execArgv: ['--import', 'tsx'] });
  });
  await Promise.all(crowds.map(crowd => message(crowd, each => each === 'ready')));
  await new Promise(done => setTimeout(done, 1500));
  const before = contestant.pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
  const reports = crowds.map(crowd => message(crowd, each => typeof each === 'object') as Promise<CrowdReport>);
  const written = Promise.all(crowds.map(crowd => message(crowd, each => each === 'written')));
  for (const crowd of crowds) crowd.send('go');
  await written;
  const rssMiB = Math.max(...contestant.pids.map(rssOf));
  const done = await Promise.all(reports);
  const cpu = contestant.pids.reduce((sum, pid) => sum + cpuOf(pid), 0) - before;
  const sum = (read: (report: CrowdReport) => number) => done.reduce((total, each) => total + read(each), 0);
  const latencies = done.flatMap(each => each.fromAcknowledgement).sort((a, b) => a - b);
  const fromWrite = done.flatMap(each => each.fromWrite).sort((a, b) => a - b);
  const deliveries = sum(each => each.deliveries);
  return {
    name,
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    p99: quantile(latencies, 0.99),
    p99Write: quantile(fromWrite, 0.99),
    deliveries,
    perCoreSecond: deliveries / cpu,
    microsecondsEach: (cpu / deliveries) * 1e6,
    bytesEach: sum(each => each.bytes) / deliveries,
    rssMiB,
    expected: sum(each => each.expected),
    lost: sum(each => each.lost),
    duplicates: sum(each => each.duplicates),
    failed: sum(each => each.failed),
  };
}

function message(child: ChildProcess, test: (message: unknown) => boolean): Promise<unknown> {
  return new Promise((done, failed) => {
    child.on('message', each => test(each) && done(each));
    child.once('exit', code => failed(new Error(`a crowd ended with ${code}`)));
  });
}

const rows: Row[] = [];
const add = async (
  name: string,
  kind: CrowdOptions['contestant'],
  start: () => Promise<Contestant>,
  roomCount: number,
  duration: number,
) => {
  const contestant = await start();
  try {
    const row = await measure(name, kind, contestant, roomCount, duration);
    rows.push(row);
    console.log(line(row));
  } finally {
    await contestant.end();
  }
};

function line(row: Row): string {
  const { name, p50, p95, p99, p99Write, perCoreSecond, bytesEach, rssMiB, deliveries, expected, lost, duplicates, failed } = row;
  const ms = [p50, p95, p99, p99Write].map(each => each.toFixed(1)).join(' | ');
  const audit = `${expected} | ${lost} | ${duplicates} | ${failed}`;
  return `| ${name} | ${ms} | ${Math.round(perCoreSecond)} | ${Math.round(bytesEach)} | ${Math.round(rssMiB)} | ${deliveries} | ${audit} |`;
}

const HEAD = `| contestant | p50 ms | p95 | p99 | p99 from the write | deliveries / core-second | bytes / delivery | RSS MiB | deliveries | changes x recipients | lost | twice | failed |
|---|---|---|---|---|---|---|---|---|---|---|---|---|`;

const scenarios = values.scenarios.split(',');
const contestants = values.contestants.split(',');
const { storm, slowReader } = await import('./storm.ts');
const { reads } = await import('./reads.ts');
console.log(
  `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}, ${rooms} rooms x ${visitors}, ${seconds} s, ${rounds} rounds\n${HEAD}`,
);
try {
  for (let round = 0; round < rounds; round++) {
    if (scenarios.includes('crowd')) {
      if (contestants.includes('foyer')) await add('foyer (SQLite)', 'foyer', () => startFoyer(), rooms, seconds);
      for (const other of ['socket.io', 'colyseus'] as const)
        if (contestants.includes(other)) await add(other, other, () => startOther(other), rooms, Math.min(seconds, 20));
    }
    if (scenarios.includes('small'))
      await add(`foyer, ${visitors} visitors`, 'foyer', () => startFoyer(), 1, Math.min(seconds, 20));
    if (scenarios.includes('nats') && hasNats) {
      for (const processes of [1, 2]) {
        const nats = await NatsProcess.start();
        await add(
          `foyer (NATS, ${processes} process${processes > 1 ? 'es' : ''})`,
          'foyer',
          () => startFoyer(['--nats', nats.url], processes),
          rooms,
          Math.min(seconds, 20),
        );
        await nats.end();
      }
    }
  }
  const server = scenarios.some(each => ['reads', 'storm', 'slow'].includes(each)) ? await startFoyer() : undefined;
  if (server && scenarios.includes('reads')) console.log(await reads(server.urls[0]));
  if (server && scenarios.includes('storm')) console.log(await storm(server.urls[0], 1000));
  if (server && scenarios.includes('slow')) console.log(await slowReader(server.urls[0]));
  await server?.end();
  const medians = [...new Set(rows.map(({ name }) => name))].map(name => medianOf(rows.filter(each => each.name === name)));
  console.log(`\nMedians\n${HEAD}\n${medians.map(line).join('\n')}`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ rooms, visitors, seconds, rows }, null, 1)}\n`);
  if (values.svg) writeFileSync(values.svg, chart(medians));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function medianOf(all: readonly Row[]): Row {
  const middle = (read: (row: Row) => number) =>
    quantile(
      all.map(read).sort((a, b) => a - b),
      0.5,
    );
  const total = (read: (row: Row) => number) => all.reduce((sum, row) => sum + read(row), 0);
  return {
    name: all[0].name,
    p50: middle(r => r.p50),
    p95: middle(r => r.p95),
    p99: middle(r => r.p99),
    p99Write: middle(r => r.p99Write),
    deliveries: total(r => r.deliveries),
    perCoreSecond: middle(r => r.perCoreSecond),
    microsecondsEach: middle(r => r.microsecondsEach),
    bytesEach: middle(r => r.bytesEach),
    rssMiB: middle(r => r.rssMiB),
    expected: total(r => r.expected),
    lost: total(r => r.lost),
    duplicates: total(r => r.duplicates),
    failed: total(r => r.failed),
  };
}
