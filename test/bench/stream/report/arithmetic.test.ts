import { describe, expect, it } from 'vitest';
import type { ServedRequest } from '../link/shaped-server.ts';
import { QualityIntegral } from '../page/quality.ts';
import type { BenchProduct } from '../page/read-room.ts';
import { type TraceEvent, taskTimes } from '../tasks.ts';
import { judgeTraffic } from '../traffic.ts';
import { parseProfile } from '../visit.ts';
import { criticalFirstMs, lowerBoundMs } from './bounds.ts';
import { chart } from './chart.ts';
import { overview } from './overview.ts';
import { type BenchFile, merge, rows, table } from './report.ts';

const link = { bitsPerSecond: 8e6, rttMs: 50 };

describe('the lower bound', () => {
  it('is two hops and the bytes on HTTP/2', () => {
    expect(lowerBoundMs('h2', { documentBytes: 10_000, files: 300, bytes: 1_000_000 }, link)).toBeCloseTo(100 + 10 + 1000);
  });

  it('is the same on HTTP/1.1 where the bytes take longer than the turns', () => {
    expect(lowerBoundMs('h1', { documentBytes: 0, files: 12, bytes: 10_000_000 }, link)).toBeCloseTo(100 + 10_000);
  });

  it('is made of turns on six connections where there are many small files', () => {
    // 300 files wait 50 ms each and five connections open: (305 x 50 + 100) / 6 after the document.
    expect(lowerBoundMs('h1', { documentBytes: 0, files: 300, bytes: 100_000 }, link)).toBeCloseTo(50 + (305 * 50 + 100) / 6);
  });

  it('opens no more connections than there are files', () => {
    expect(lowerBoundMs('h1', { documentBytes: 0, files: 1, bytes: 8000 }, link)).toBeCloseTo(50 + 50 + 8);
  });
});

describe('the bound of a loader that is interactive at its bound', () => {
  const critical = { documentBytes: 10_000, files: 300, bytes: 100_000 };
  const all = { documentBytes: 10_000, files: 302, bytes: 1_100_000 };

  it('is the lower bound of all on HTTP/2, and on HTTP/1.1 where the critical files fill the link', () => {
    expect(criticalFirstMs('h2', critical, all, link)).toBeCloseTo(lowerBoundMs('h2', all, link));
    const [large, more] = [
      { ...critical, files: 12, bytes: 10_000_000 },
      { ...all, files: 20, bytes: 20_000_000 },
    ];
    expect(criticalFirstMs('h1', large, more, link)).toBeCloseTo(lowerBoundMs('h1', more, link));
  });

  it('brings the rest a round trip after the last turn where turns take all six connections', () => {
    const interactive = 50 + 10 + (305 * 50 + 100) / 6;
    expect(criticalFirstMs('h1', critical, all, link)).toBeCloseTo(interactive + 50 + 1000);
    // Two large files more: the turns of all are no longer than those of the critical ones, far below that.
    expect(lowerBoundMs('h1', all, link)).toBeLessThan(interactive + 500);
  });

  it('spares that round trip as far as a connection was free before', () => {
    // Turns: (10 + 5) x 50 + 150 = 900 ms of six connections, 150 each; the bytes: 50 + 150 at once, so 300 ms of connections are free.
    const few = { documentBytes: 0, files: 10, bytes: 150_000 };
    expect(criticalFirstMs('h1', few, { ...few, files: 11, bytes: 250_000 }, link)).toBeCloseTo(50 + 200 + 100);
    // (18 + 5) x 50 + 170 = 1320, 220 each and at once: nothing is free.
    const more = { documentBytes: 0, files: 18, bytes: 170_000 };
    expect(criticalFirstMs('h1', more, { ...more, files: 19, bytes: 270_000 }, link)).toBeCloseTo(50 + 220 + 50 + 100);
    // (17 + 5) x 50 + 161 = 1261 of 1266: 5 ms are free.
    const nearly = { documentBytes: 0, files: 17, bytes: 161_000 };
    expect(criticalFirstMs('h1', nearly, { ...nearly, files: 18, bytes: 261_000 }, link)).toBeCloseTo(50 + 211 + 45 + 100);
  });

  it('is never less than the bound of all: many small files after the critical ones take turns too', () => {
    const small = { ...all, files: 900, bytes: 200_000 };
    expect(criticalFirstMs('h1', critical, small, link)).toBeCloseTo(lowerBoundMs('h1', small, link));
  });
});

describe('traffic', () => {
  const request = (path: string, at: number, wholeAt?: number): ServedRequest => ({
    path,
    at,
    wholeAt,
    range: undefined,
    priority: undefined,
    connection: 1,
  });
  const room = { critical: new Set(['/a', '/b']), high: new Set(['/x', '/y']) };

  it('counts high textures that were asked for before the last critical file', () => {
    const requests = ['/a', '/x', '/b', '/y'].map((path, i) => request(path, i, i + 1));
    expect(judgeTraffic(requests, room)).toEqual({ inversions: 1, duplicates: 0, requests: 4, connections: 1 });
    expect(
      judgeTraffic(
        requests.toSorted((p, q) => (p.path < q.path ? -1 : 1)),
        room,
      ).inversions,
    ).toBe(0);
  });

  it('a second try of what was cut is neither inversion nor duplicate', () => {
    const requests = [request('/a', 0), request('/b', 1, 2), request('/x', 3, 4), request('/a', 5, 6)];
    expect(judgeTraffic(requests, room)).toMatchObject({ inversions: 0, duplicates: 0 });
  });

  it('what had come whole and is asked for again is a duplicate', () => {
    const requests = [request('/a', 0, 2), request('/a', 1, 3), request('/a', 4, 5)];
    // The second came while the first was under way: it brought the bytes twice only when they had all come.
    expect(judgeTraffic(requests, room).duplicates).toBe(1);
  });
});

describe('the integral of what is not seen', () => {
  const products: BenchProduct[] = [
    { url: 'p', area: 3, needed: ['mesh'], slots: [{ low: 'low', high: 'high' }] },
    { url: 'q', area: 1, needed: ['mesh2'], slots: [{ low: 'only', high: undefined }] },
    { url: 'hidden', area: 0, needed: ['mesh3'], slots: [] },
  ];

  it('counts 0 until the mesh is there, half with the low texture, all with the high one, by area', () => {
    const quality = new QualityIntegral(products);
    quality.arrived('low', 100);
    expect(quality.quality).toBe(0);
    quality.arrived('mesh', 200);
    expect(quality.quality).toBeCloseTo(0.375);
    quality.arrived('high', 300);
    expect(quality.quality).toBeCloseTo(0.75);
    quality.arrived('mesh2', 300);
    quality.arrived('only', 400);
    expect(quality.quality).toBeCloseTo(1);
    // 200 x 1 + 100 x 0.625 + 100 x 0.25
    expect(quality.unseenMs(1000)).toBeCloseTo(287.5);
  });

  it('takes a whole product at once', () => {
    const quality = new QualityIntegral(products);
    quality.arrivedWhole('p', 100);
    quality.arrivedWhole('unknown', 100);
    expect(quality.quality).toBeCloseTo(0.75);
    expect(quality.unseenMs(200)).toBeCloseTo(125);
  });
});

describe('tasks', () => {
  const event = (more: Partial<TraceEvent>): TraceEvent => ({
    name: 'ThreadControllerImpl::RunTask',
    ph: 'X',
    pid: 1,
    tid: 1,
    ts: 0,
    ...more,
  });
  const named = (pid: number, name: string) => event({ name: 'thread_name', ph: 'M', pid, args: { name } });

  it('are those of the busiest main thread, in processor time', () => {
    const times = taskTimes([
      named(1, 'CrRendererMain'),
      named(2, 'CrRendererMain'),
      named(3, 'Compositor'),
      event({ dur: 90_000, tdur: 12_000 }),
      event({ dur: 4000 }),
      event({ tdur: 500 }),
      event({ pid: 2, tdur: 1000 }),
      event({ pid: 3, tdur: 999_000 }),
      event({ name: 'something else', tdur: 999_000 }),
    ]);
    expect(times).toMatchObject({ longestMs: 12, count: 2, busyMs: 16.5 });
    expect(times.p99Ms).toBeCloseTo(11.92);
  });

  it('begin at the mark: what came before it was the measuring itself', () => {
    const times = taskTimes([
      named(1, 'CrRendererMain'),
      event({ ts: 0, dur: 27_000, tdur: 27_000 }),
      event({ ts: 30_000, dur: 9000, tdur: 5000 }),
      event({ name: 'foyer-bench', ph: 'I', ts: 31_000 }),
      event({ ts: 40_000, dur: 2000, tdur: 2000 }),
    ]);
    expect(times).toMatchObject({ longestMs: 5, count: 2, busyMs: 7 });
  });
});

describe('the report', () => {
  const run = (more: object): BenchFile['runs'][number] => ({
    profile: '8x50',
    protocol: 'h2',
    contestant: 'foyer',
    interactiveMs: 220,
    completeMs: 1300,
    unseenMs: 100,
    missing: 0,
    inversions: 0,
    duplicates: 0,
    connections: 1,
    requests: 3,
    extraBytes: 10_000,
    bandwidthUsed: 0.9,
    longestMs: 5,
    p99Ms: 4,
    count: 9,
    busyMs: 30,
    ...more,
  });
  const file: BenchFile = {
    machine: 'm',
    room: { documentBytes: 0, critical: { files: 1, bytes: 100_000 }, all: { files: 3, bytes: 1_000_000 } },
    unshaped: [{ protocol: 'h2', interactiveMs: 50, completeMs: 1300 }],
    runs: [run({}), run({ interactiveMs: 240 }), run({ contestant: 'three', interactiveMs: 2000 })],
  };

  it('tells medians over the bound, and where the machine is the bound', () => {
    const [ours, three] = rows(file);
    expect(ours).toMatchObject({ contestant: 'foyer', runs: 2, interactiveMs: 230, machineBound: true, extraShare: 0.01 });
    expect(ours.interactiveRatio).toBeCloseTo(230 / 200);
    expect(ours.completeRatio).toBeCloseTo(1);
    expect(three.interactiveRatio).toBeCloseTo(10);
    expect(table(rows(file)).split('\n')).toHaveLength(4);
    expect(chart(rows(file))).toContain('</svg>');
    expect(overview(rows(file)).split('\n')).toEqual([
      '| link | bound, ms | foyer | three |',
      '| --- | --- | --- | --- |',
      '| 8x50 h2 * | 200 / 1300 | 1.15 / 1.00 | 10.00 / 1.00 |',
    ]);
  });

  it('tells what a loader that brings the critical files first can reach, where that is another', () => {
    const room = { documentBytes: 0, critical: { files: 300, bytes: 100_000 }, all: { files: 302, bytes: 1_100_000 } };
    const h1 = { ...file, room, unshaped: [], runs: [run({ protocol: 'h1', interactiveMs: 2610, completeMs: 4000 })] };
    expect(overview(rows(h1))).toContain('| 8x50 h1 | 2608 / 2792 (3658) | 1.00 / 1.43 (1.09) |');
    expect(table(rows(h1))).toContain('/ critical first');
  });

  it('knows no bound of the machine for a protocol that was not run without a link', () => {
    const h1 = { ...file, unshaped: [], runs: [run({ protocol: 'h1', interactiveMs: 900, completeMs: 2000 })] };
    expect(rows(merge([file, h1])).map(r => r.machineBound)).toEqual([false, true, true]);
  });

  it('merges files of the same room; the best machine bound counts', () => {
    const merged = merge([file, { ...file, unshaped: [{ protocol: 'h2', interactiveMs: 40, completeMs: 900 }] }]);
    expect(rows(merged)[0]).toMatchObject({ runs: 4, machineBound: false });
    const other = { ...file, room: { ...file.room, documentBytes: 1 } };
    expect(() => merge([file, other])).toThrow('different rooms');
  });

  it('reads profiles, and refuses others', () => {
    expect(parseProfile('1x50+5')).toEqual({ name: '1x50+5', bitsPerSecond: 1e6, rttMs: 50, faultRate: 0.05 });
    expect(() => parseProfile('fast')).toThrow('"fast"');
  });
});
