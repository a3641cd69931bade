// Requests the page's room while the code that shows it is still on its way, and starts that code once the page counts as loaded.
// 130 KB of code take 0.2 s to arrive and to start. `fetchEarly` (src/viewer/visit/early-answers.ts) hands the answers to the download queue,
// which requests the rest.
import { room as builtRoom, files, first, ledgerKey } from 'virtual:first-files';

const answers: NonNullable<typeof globalThis.foyerEarly> = new Map();
globalThis.foyerEarly = answers;

function request(url: string, urgency: number): void {
  const answer = fetch(url, { headers: { Priority: `u=${urgency}` } });
  // Whoever takes it is told.
  answer.catch(() => {});
  answers.set(url, answer);
}

let poster: string | null | undefined | false;

try {
  const { baseURI } = document;
  const meta = document.querySelector<HTMLMetaElement>('meta[name=foyer-room]')?.content;
  const viewer = document.querySelector('room-viewer');
  const src = viewer?.getAttribute('src');
  // src/page.ts chooses by the same rule.
  const room = new URL(new URLSearchParams(location.search).get('room') || meta || src || '', baseURI);
  // Elsewhere the header would cost a preflight.
  if (room.origin === location.origin) {
    request(room.href.split('#', 1)[0], 0);
    const isBuilt = room.href === new URL(builtRoom, baseURI).href;
    poster = isBuilt && viewer?.getAttribute('poster');
    // Where the first file is cached, so are the others.
    if (isBuilt && !localStorage.getItem(ledgerKey)) {
      const load = (url: string) => request(new URL(url, room).href, 1);
      files.slice(0, first).forEach(load);
      // While the code starts, which takes longer than the first files do. Before it has arrived, more files would delay it.
      answers.requestRest = () => files.slice(first).forEach(load);
    }
  }
} catch {
  // The room is no URL, which the viewer tells, or storage is denied.
}

/**
 * Until a page has loaded, Chromium shows its sign of loading, and draws the whole window for each of its pictures. Without a GPU these
 * took 0.2 s of processor time. So the page loads without code and poster, and both follow at once.
 */
function start(): void {
  if (poster) Object.assign(new Image(), { fetchPriority: 'high', src: poster });
  poster = '';
  const code = document.querySelector<HTMLLinkElement>('#code');
  if (code) void import(/* @vite-ignore */ code.href);
}
addEventListener('load', () => setTimeout(start));
// A file that somebody added to the page may hang. A second call does nothing.
setTimeout(start, document.readyState === 'complete' ? 0 : 3000);
