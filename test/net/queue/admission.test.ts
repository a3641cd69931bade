import { describe, expect, it } from 'vitest';
import { BandwidthEstimate } from '../../../src/net/estimates/bandwidth-estimate.ts';
import { admit } from '../../../src/net/queue/admission.ts';
import { Job } from '../../../src/net/queue/job.ts';
import { CRITICAL, CRITICAL_VISIBLE, HIGH } from '../../../src/net/queue/priority.ts';
import { WaitingList } from '../../../src/net/queue/waiting-list.ts';
import { beginAttempt } from '../../../src/net/transfer/attempt.ts';
import { Origins } from '../../../src/net/transfer/origins.ts';
import { PartialBody } from '../../../src/net/transfer/partial-body.ts';

const BASE = 'https://room.example/';

/** A path of 1 MB/s x 100 ms unless told otherwise: it holds 100 KB, the window is 150 KB. */
function world(protocol: string, roundTripMs = 100) {
  const bandwidth = new BandwidthEstimate();
  bandwidth.assume(1e6);
  const origins = new Origins(BASE, undefined, bandwidth);
  const origin = origins.of(BASE);
  origin.protocol = protocol;
  origin.roundTrip.assume(roundTripMs);
  const active = new Set<Job>();
  const waiting = new WaitingList<Job>();
  let named = 0;
  const job = (priorityClass: number, bytes: number, utility = 1, mirrors: string[] = []) => {
    const url = `${BASE}${named++}`;
    return new Job({ url, bytes, mirrors, priority: { class: priorityClass, utility } }, new PartialBody(url, bytes), 0);
  };
  return {
    bandwidth,
    origin,
    origins,
    job,
    wait: (...jobs: Job[]) => {
      for (const j of jobs) waiting.add(j);
    },
    run: (startedAt: number, ...jobs: Job[]) => {
      for (const j of jobs) {
        active.add(j);
        beginAttempt(j, j.url, origin, startedAt);
        origin.started();
      }
    },
    admit: () => admit({ ranked: waiting.ranked(0), active, origins, bandwidth, now: 0 }),
  };
}

const sizes = (admitted: readonly { readonly job: Job }[]) => admitted.map(a => a.job.cost);

describe('what may start', () => {
  it('as much as the first window allows, the most useful per byte first', () => {
    const { job, wait, admit: start } = world('h2');
    wait(...Array.from({ length: 100 }, (_, i) => job(CRITICAL, 10_000, i)));
    const { admitted, blocked } = start();
    // 512 KiB: a former visit's word is no measurement.
    expect(admitted).toHaveLength(53);
    expect(admitted[0].job.priority.utility).toBe(99);
    expect(blocked).toBeUndefined();
  });

  it('urgent ones whatever is in flight of others, high ones only behind what is still to come of the others', () => {
    const { job, wait, run, admit: start } = world('h2');
    run(-1000, job(HIGH, 10e6), job(CRITICAL, 101_000));
    const urgent = job(CRITICAL_VISIBLE, 5_000);
    wait(urgent, job(HIGH, 5_000));
    expect(start().admitted.map(a => a.job)).toEqual([urgent]);
  });

  it('high ones as soon as the path alone holds what is still to come of the others', () => {
    const { job, wait, run, admit: start } = world('h2');
    run(-1000, job(CRITICAL, 99_000));
    wait(job(HIGH, 5_000));
    expect(start().admitted).toHaveLength(1);
  });

  it('but not together with those: then the server would have both to send at the same time', () => {
    const { job, wait, run, admit: start } = world('h2');
    run(-50, job(CRITICAL, 51_000));
    wait(job(HIGH, 5_000));
    expect(start().admitted).toHaveLength(0);
    const small = world('h2');
    small.run(0, small.job(CRITICAL, 12_000));
    small.wait(small.job(HIGH, 5_000));
    expect(small.admit().admitted).toHaveLength(1);
  });

  it('what the camera does not see behind what it sees, once the rate is measured, but not over HTTP/1.1', () => {
    const starts = (protocol: string, measured: boolean, inflight: number) => {
      const { bandwidth, job, wait, run, admit: start } = world(protocol);
      for (let ms = 0; measured && ms < 2000; ms += 10) bandwidth.received(10_000, ms, true);
      run(-1000, job(CRITICAL_VISIBLE, inflight));
      wait(job(CRITICAL, 5_000));
      return start().admitted.length;
    };
    expect(starts('h2', true, 210_000)).toBe(0);
    expect(starts('h2', true, 140_000)).toBe(1);
    expect(starts('h2', false, 210_000)).toBe(1);
    expect(starts('http/1.1', true, 210_000)).toBe(1);
  });

  it('what the camera does not see before a near path is empty, and at once from an origin that has not answered yet', () => {
    const near = (inflight: number) => {
      const { bandwidth, job, wait, run, admit: start } = world('h2', 2);
      for (let ms = 0; ms < 2000; ms += 10) bandwidth.received(10_000, ms, true);
      run(-1000, job(CRITICAL_VISIBLE, inflight));
      wait(job(CRITICAL, 5_000));
      return start().admitted.length;
    };
    // The path holds 2 KB. 1 MB/s deliver 40 KB until the page notices that an answer has ended.
    expect(near(38_000)).toBe(1);
    expect(near(44_000)).toBe(0);

    const { bandwidth, origins, job, wait, run, admit: start } = world('h2');
    for (let ms = 0; ms < 2000; ms += 10) bandwidth.received(10_000, ms, true);
    run(-1000, job(CRITICAL_VISIBLE, 50_000));
    const url = 'https://other.example/unseen';
    origins.of(url).protocol = 'h2';
    wait(new Job({ url, bytes: 5_000, priority: { class: CRITICAL, utility: 1 } }, new PartialBody(url, 5_000), 0));
    expect(start().admitted).toHaveLength(1);
  });

  it('many small ones in groups, between large ones that fill the path while page and server are busy with them', () => {
    const { job, wait, admit: start } = world('h2', 2);
    const small = Array.from({ length: 60 }, () => job(CRITICAL, 100, 1));
    const large = Array.from({ length: 10 }, () => job(CRITICAL, 20_000, 1));
    wait(...small, ...large);
    const started = sizes(start().admitted);
    const groups = started.join(' ').split(/ ?20000 ?/);
    // 1 MB/s: 20 KB make up for eight requests of 1 ms, less what the small ones bring themselves.
    expect(groups.slice(0, 7).map(group => group.split(' ').filter(Boolean).length)).toEqual([0, 9, 9, 9, 9, 9, 9]);
    expect(started.filter(bytes => bytes === 100)).toHaveLength(60);
  });

  it('high textures keep their order: small ones do not make large ones come first', () => {
    const { job, wait, admit: start } = world('h2', 2);
    wait(...Array.from({ length: 20 }, () => job(HIGH, 100, 1)), job(HIGH, 20_000, 1));
    expect(sizes(start().admitted).indexOf(20_000)).toBe(20);
  });

  it('on six connections small ones beside large ones', () => {
    const { job, wait, admit: start } = world('http/1.1');
    const small = Array.from({ length: 20 }, () => job(CRITICAL, 1_000));
    const large = Array.from({ length: 10 }, () => job(CRITICAL, 60_000));
    wait(...small, ...large);
    const started = sizes(start().admitted);
    expect(started).toContain(60_000);
    expect(started).toContain(1_000);
    expect(started.length).toBeGreaterThanOrEqual(6);
    expect(started.length).toBeLessThanOrEqual(8);
  });

  it('two more than six only where the six do not fill the path, and never behind a less urgent one', () => {
    const tiny = world('http/1.1');
    tiny.wait(...Array.from({ length: 20 }, () => tiny.job(CRITICAL, 1_000)));
    expect(tiny.admit().admitted).toHaveLength(8);
    const full = world('http/1.1');
    full.wait(...Array.from({ length: 20 }, () => full.job(CRITICAL, 50_000)));
    expect(full.admit().admitted).toHaveLength(6);
    const high = world('http/1.1');
    high.wait(...Array.from({ length: 20 }, () => high.job(HIGH, 1_000)));
    expect(high.admit().admitted).toHaveLength(6);
    const behind = world('http/1.1');
    behind.run(0, ...Array.from({ length: 6 }, () => behind.job(HIGH, 1_000)));
    const urgent = behind.job(CRITICAL, 1_000);
    behind.wait(urgent);
    expect(behind.admit()).toMatchObject({ admitted: [], blocked: { job: urgent } });
  });

  it('on a short way two more than six while the six have less than 40 ms to bring', () => {
    for (const [bytes, most] of [
      [5_000, 8],
      [7_000, 6],
    ]) {
      const near = world('http/1.1', 5);
      near.wait(...Array.from({ length: 20 }, () => near.job(CRITICAL, bytes)));
      expect(near.admit().admitted).toHaveLength(most);
    }
  });

  it('over the connections of a mirror, once those of the first origin are taken', () => {
    const { job, wait, origins, admit: start } = world('http/1.1');
    origins.of('http://mirror.example/');
    wait(...Array.from({ length: 30 }, (_, i) => job(CRITICAL, 50_000, 1, [`http://mirror.example/${i}`])));
    const hosts = start().admitted.map(a => new URL(a.url).host);
    expect(hosts.filter(h => h === 'room.example')).toHaveLength(6);
    expect(hosts.filter(h => h === 'mirror.example')).toHaveLength(6);
  });

  it('one probe of an origin that failed, not all that wait', () => {
    const { job, wait, origin, origins, admit: start } = world('h2');
    const mirror = origins.of('https://mirror.example/');
    mirror.failed(-100_000);
    origin.failed(-100_000);
    wait(...Array.from({ length: 30 }, (_, i) => job(CRITICAL, 1_000, 1, [`https://mirror.example/${i}`])));
    const hosts = start().admitted.map(a => new URL(a.url).host);
    expect(hosts.slice(0, 2)).toEqual(['room.example', 'mirror.example']);
    expect(mirror.good(0)).toBe(false);
    expect(origin.good(0)).toBe(false);
  });

  it('looks at a bounded part of what waits: 10,000 high textures cost no more than 300', () => {
    const looks = (count: number) => {
      const { job, wait, origins, admit: start } = world('h2');
      let picked = 0;
      const pick = origins.pick.bind(origins);
      origins.pick = (urls, now) => {
        picked++;
        return pick(urls, now);
      };
      wait(...Array.from({ length: count }, () => job(HIGH, 300_000)));
      start();
      return picked;
    };
    expect(looks(10_000)).toBe(looks(300));
    expect(looks(10_000)).toBeLessThanOrEqual(256);
  });
});
