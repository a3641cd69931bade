import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fetchEarly } from '../src/viewer/visit/early-answers.ts';

// The build writes this module (vite.early.ts).
vi.mock('virtual:first-files', () => ({
  room: 'rooms/lounge/room.json',
  files: ['a.bundle', 'b.bundle', 'c.bundle'],
  first: 2,
  ledgerKey: 'foyer',
}));

let requests: string[];
let onLoad: () => void;
let afterAWhile: () => void;
const started = vi.fn();

/** As much of a page as the script needs: its URL, its markup, and a link that preloads the viewer's code. */
async function start({
  href = 'https://site.example/sub/',
  src = 'rooms/lounge/room.json',
  cached = false,
  loaded = false,
} = {}) {
  requests = [];
  started.mockClear();
  const attributes: Record<string, string> = { src, poster: 'poster.webp' };
  const viewer = { getAttribute: (name: string) => attributes[name] };
  const code = {
    get href() {
      started();
      return 'data:text/javascript,';
    },
  };
  const url = new URL(href);
  vi.stubGlobal('location', url);
  vi.stubGlobal('addEventListener', (_: 'load', listener: () => void) => (onLoad = listener));
  vi.stubGlobal('setTimeout', (run: () => void, ms?: number) => (ms ? (afterAWhile = run) : run()));
  vi.stubGlobal('document', {
    baseURI: href,
    readyState: loaded ? 'complete' : 'interactive',
    querySelector: (selector: string) => ({ 'room-viewer': viewer, '#code': code })[selector] ?? null,
  });
  vi.stubGlobal(
    'Image',
    class {
      set src(url: string) {
        requests.push(url);
      }
    },
  );
  vi.stubGlobal('localStorage', { getItem: () => (cached ? '1' : null) });
  vi.stubGlobal('fetch', async (asked: string) => {
    requests.push(asked);
    return new Response(asked);
  });
  vi.resetModules();
  await import('../src/early.ts');
}

beforeEach(() => vi.unstubAllGlobals());
afterEach(() => {
  globalThis.foyerEarly = undefined;
  vi.unstubAllGlobals();
});

const at = (file: string) => `https://site.example/sub/rooms/lounge/${file}`;

it('requests the room and its first files, and the rest when the code has arrived', async () => {
  await start();
  expect(requests).toEqual([at('room.json'), at('a.bundle'), at('b.bundle')]);
  expect(await (await fetchEarly(at('room.json'), {})).text()).toBe(at('room.json'));
  globalThis.foyerEarly?.requestRest?.();
  expect(requests.slice(3)).toEqual([at('c.bundle')]);
});

it.each([
  ['once the page has loaded', false],
  ['at once where it has', true],
])('requests the poster and starts the code %s', async (_, loaded) => {
  await start({ loaded });
  expect(requests.includes('poster.webp')).toBe(loaded);
  expect(started).toHaveBeenCalledTimes(loaded ? 1 : 0);
  if (!loaded) onLoad();
  expect(requests.at(-1)).toBe('poster.webp');
  expect(started).toHaveBeenCalledOnce();
});

it('starts the code after a while where the page never counts as loaded, and requests the poster once', async () => {
  await start();
  afterAWhile();
  expect([requests.at(-1), started.mock.calls.length]).toEqual(['poster.webp', 1]);
  const before = requests.length;
  onLoad();
  expect(requests).toHaveLength(before);
});

it('requests no files where the page names another room, and where they are cached', async () => {
  await start({ href: 'https://site.example/sub/?room=rooms/other.json' });
  onLoad();
  expect(globalThis.foyerEarly?.requestRest).toBeUndefined();
  expect(requests).toEqual(['https://site.example/sub/rooms/other.json']);
  await start({ cached: true });
  expect(globalThis.foyerEarly?.requestRest).toBeUndefined();
  onLoad();
  expect(requests).toEqual([at('room.json'), 'poster.webp']);
});

it('requests nothing of another origin', async () => {
  await start({ href: 'https://site.example/sub/?room=https://other.example/room.json' });
  expect(requests).toEqual([]);
});
