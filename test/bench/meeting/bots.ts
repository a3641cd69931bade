/**
 * `tsx bots.ts SERVER ROOM COUNT DEEDS_PER_SECOND SEED [deed…]`: so many visitors come into the room and do things at random, until the process
 * is ended. Prints `ready` when all are in, and on SIGTERM how much was done. A line `rate N` on standard input changes how many deeds a second
 * are done; 0 stops them. `do N` does so many deeds at the rate of before, ends, brings in everybody who is out, and prints `gathered`; so does
 * `gather` at once.
 */
import { createInterface } from 'node:readline';
import { seededRandom } from '../../../src/core/random.ts';
import { Bot, type Deed } from './bot.ts';

const [, , url, room, count, rate, seed, ...named] = process.argv;
const random = seededRandom(Number(seed));
const deeds: readonly Deed[] =
  named.length > 0 ? (named as Deed[]) : ['walk', 'walk', 'walk', 'dress', 'speak', 'gesture', 'leave'];
const done: Record<string, number> = {};
let failures = 0;

const products = await productsToWear();
const bots = Array.from(
  { length: Number(count) },
  (_, i) => new Bot({ url, room, name: `Bot ${i + 1}`, random: seededRandom(Number(seed) + i) }),
);
for (let i = 0; i < bots.length; i += 10) await Promise.all(bots.slice(i, i + 10).map(bot => bot.enter()));
console.log('ready');

let timer: NodeJS.Timeout | undefined;
let left = Number.POSITIVE_INFINITY;
setRate(Number(rate));
createInterface({ input: process.stdin }).on('line', line => {
  const [word, value] = line.split(' ');
  if (word === 'rate') setRate(Number(value));
  if (word === 'do') left = Number(value);
  if (word === 'gather') void gather();
});

async function gather(): Promise<void> {
  for (let i = 0; i < bots.length; i += 10) await Promise.all(bots.slice(i, i + 10).map(bot => bot.comeIn()));
  left = Number.POSITIVE_INFINITY;
  console.log('gathered');
}

function setRate(deedsPerSecond: number): void {
  clearInterval(timer);
  timer = deedsPerSecond > 0 ? setInterval(act, 1000 / deedsPerSecond) : undefined;
}

function act(): void {
  if (left-- <= 0) {
    clearInterval(timer);
    void gather();
    return;
  }
  const bot = bots[Math.floor(random() * bots.length)];
  const deed = deeds[Math.floor(random() * deeds.length)];
  done[deed] = (done[deed] ?? 0) + 1;
  bot.act(deed, products).catch(error => {
    if (failures++ < 5) console.error(String(error));
  });
}

process.once('SIGTERM', async () => {
  clearInterval(timer);
  await Promise.allSettled(bots.map(bot => bot.leave()));
  console.log(JSON.stringify({ done, failures }));
  process.exit(0);
});

async function productsToWear(): Promise<string[]> {
  const found: string[] = [];
  let page: string | undefined = `${url}/api/products`;
  while (page) {
    const body = (await (await fetch(page)).json()) as {
      id: string;
      denormalized: Record<string, { data?: { category?: string; name?: string }; next?: string }>;
    };
    for (const [at, { data }] of Object.entries(body.denormalized))
      if (data?.category && ['top', 'shoes', 'bottom'].includes(data.category)) found.push(at);
    page = body.denormalized[page]?.next;
  }
  return found;
}
