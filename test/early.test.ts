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
let onCode: () => void;

/** As much of a page as the script needs: its URL, its markup, and a link that preloads the viewer's code. */
async function start({ href = 'https://site.example/sub/', src = 'rooms/lounge/room.json', cached = false } = {}) {
  requests = [];
  onCode = () => {};
  const attributes: Record<string, string> = { src, poster: 'poster.webp' };
  const viewer = { getAttribute: (name: string) => attributes[name] };
  const code = { addEventListener: (_: string, listener: () => void) => (onCode = listener) };
  const url = new URL(href);
  vi.stubGlobal('location', url);
  vi.stubGlobal('document', {
    baseURI: href,
    querySelector: (selector: string) => (selector === 'room-viewer' ? viewer : null),
    querySelectorAll: () => [{}, code],
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

it('requests the room, its poster and its first files, and the rest when the code has arrived', async () => {
  await start();
  expect(requests).toEqual([at('room.json'), 'poster.webp', at('a.bundle'), at('b.bundle')]);
  expect(await (await fetchEarly(at('room.json'), {})).text()).toBe(at('room.json'));
  onCode();
  expect(requests.slice(4)).toEqual([at('c.bundle')]);
});

it('requests no more once the queue has begun to take the files', async () => {
  await start();
  for (const file of ['room.json', 'a.bundle', 'c.bundle']) await fetchEarly(at(file), {});
  onCode();
  expect(requests.filter(url => url === at('c.bundle'))).toHaveLength(1);
});

it('requests no files where the page names another room, and where they are cached', async () => {
  await start({ href: 'https://site.example/sub/?room=rooms/other.json' });
  onCode();
  expect(requests).toEqual(['https://site.example/sub/rooms/other.json']);
  await start({ cached: true });
  onCode();
  expect(requests).toEqual([at('room.json'), 'poster.webp']);
});

it('requests nothing of another origin', async () => {
  await start({ href: 'https://site.example/sub/?room=https://other.example/room.json' });
  expect(requests).toEqual([]);
});
