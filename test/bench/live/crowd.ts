import type { CrowdMember, Join } from './crowd-member.ts';

/**
 * A process full of visitors: joins all, says that it is ready, runs for a while when it is told to, and reports.
 *
 *     node --import tsx crowd.ts '{"contestant": …}'
 */

export interface CrowdOptions {
  readonly contestant: 'foyer' | 'socket.io' | 'colyseus';
  /** One for each server process: visitors are spread over them. */
  readonly urls: readonly string[];
  readonly rooms: readonly number[];
  readonly visitors: number;
  readonly seconds: number;
  /** Changes a second, of all rooms here together. */
  readonly changes: number;
  /** Each visitor begins a walk this often, seconds. */
  readonly walkEvery: number;
}

export interface CrowdReport {
  /** ms from the write to each recipient's event. */
  readonly fromWrite: readonly number[];
  /** ms from the acknowledgement; 0 where the event came first. */
  readonly fromAcknowledgement: readonly number[];
  readonly changes: number;
  readonly failed: number;
  readonly expected: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly walks: number;
  readonly deliveries: number;
  readonly bytes: number;
}

const options: CrowdOptions = JSON.parse(process.argv[2]);
const joins: Record<CrowdOptions['contestant'], () => Promise<Join>> = {
  foyer: async () => (await import('./join-foyer.ts')).joinFoyer,
  'socket.io': async () => (await import('./join-others.ts')).joinSocketIo,
  colyseus: async () => (await import('./join-others.ts')).joinColyseus,
};

interface Write {
  readonly room: number;
  readonly sent: number;
  acknowledged: number | undefined;
  readonly arrivals: number[];
  readonly by: Set<number>;
}

const writes = new Map<string, Write>();
let duplicates = 0;
let walks = 0;
let changesSeen = 0;
let running = false;

const members: { readonly room: number; readonly member: CrowdMember }[] = [];
const join = await joins[options.contestant]();
const seats = options.rooms.flatMap(room =>
  Array.from({ length: options.visitors }, (_, i) => ({ room, index: room * options.visitors + i })),
);
for (let next = 0; next < seats.length; ) {
  // Some at a time: joining is not what is measured.
  const batch = seats.slice(next, (next += 20));
  await Promise.all(
    batch.map(async ({ room, index }) => {
      const events = {
        changed(key: string) {
          const write = writes.get(key);
          if (!write) return;
          changesSeen++;
          if (write.by.has(index)) duplicates++;
          else {
            write.by.add(index);
            write.arrivals.push(performance.now());
          }
        },
        walked() {
          if (running) walks++;
        },
      };
      members.push({ room, member: await join({ url: options.urls[index % options.urls.length], room, index, events }) });
    }),
  );
}
process.send?.('ready');
process.once('message', () => void run());

async function run(): Promise<void> {
  const bytesBefore = members.reduce((sum, { member }) => sum + member.bytes, 0);
  running = true;
  let failed = 0;
  let n = 0;
  const begun = performance.now();
  const writing: Promise<void>[] = [];
  const changer = setInterval(() => {
    const room = options.rooms[n % options.rooms.length];
    const inRoom = members.filter(each => each.room === room);
    const { member } = inRoom[n % inRoom.length];
    const key = `k${process.pid}-${n++}`;
    const write: Write = { room, sent: performance.now(), acknowledged: undefined, arrivals: [], by: new Set() };
    writes.set(key, write);
    writing.push(
      member.change(key).then(
        () => {
          write.acknowledged = performance.now();
        },
        () => {
          failed++;
          writes.delete(key);
        },
      ),
    );
  }, 1000 / options.changes);
  let step = 0;
  // Everybody walks in turn: evenly spread.
  const walker = setInterval(
    () => {
      step++;
      members[step % members.length].member.walk(step);
    },
    (options.walkEvery * 1000) / members.length,
  );
  await new Promise(resolve => setTimeout(resolve, options.seconds * 1000 - (performance.now() - begun)));
  clearInterval(changer);
  clearInterval(walker);
  await Promise.all(writing);
  process.send?.('written');
  await new Promise(resolve => setTimeout(resolve, 1500));
  running = false;
  const all = [...writes.values()];
  const expected = all.length * options.visitors;
  const report: CrowdReport = {
    fromWrite: all.flatMap(({ sent, arrivals }) => arrivals.map(at => round(at - sent))),
    fromAcknowledgement: all.flatMap(({ acknowledged = 0, arrivals }) =>
      arrivals.map(at => round(Math.max(0, at - acknowledged))),
    ),
    changes: all.length,
    failed,
    expected,
    lost: expected - all.reduce((sum, { by }) => sum + by.size, 0),
    duplicates,
    walks,
    deliveries: changesSeen + walks,
    bytes: members.reduce((sum, { member }) => sum + member.bytes, 0) - bytesBefore,
  };
  process.send?.(report);
  for (const { member } of members) member.close();
  setTimeout(() => process.exit(0), 200);
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
