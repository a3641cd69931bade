import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { HtmlTagDescriptor, Plugin } from 'vite';
import { firstFiles } from './src/import/write/bundles/critical-resources.ts';
import { ledgerKeyOf } from './src/net/cache/cache-ledger.ts';

const ENTRY = resolve(import.meta.dirname, 'src/early.ts');
const ROOM = 'rooms/lounge/room.json';
const FIRST_FILES = 'virtual:first-files';
const DECODER = /\bdecode-worker-[^/]+\.js$/;
/** What a link of 20 Mbit/s delivers in 0.2 s. More would keep the code from arriving on slow links, so it is requested after that. */
const MOST_BYTES = 512 * 1024;
/** What is requested when the code has arrived: all that the door shows of most rooms. */
const MOST_BYTES_IN_ALL = 4 * 1024 * 1024;

/**
 * The built page starts with a script of its own, src/early.ts, which requests the room before the viewer's code has arrived. It is a chunk
 * that shares nothing with the viewer's.
 */
export function earlyRequests(): Plugin {
  let file = '';
  return {
    name: 'early-requests',
    apply: 'build',
    resolveId: id => (id === FIRST_FILES ? `\0${id}` : undefined),
    load(id) {
      if (id !== `\0${FIRST_FILES}`) return undefined;
      const path = resolve(import.meta.dirname, 'public', ROOM);
      const documents = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).denormalized : undefined;
      const filesOf = (bytes: number) => (documents ? firstFiles(documents, 'room.json', bytes) : []);
      const files = filesOf(MOST_BYTES_IN_ALL);
      const values = {
        room: ROOM,
        files: files.map(({ url }) => url),
        first: filesOf(MOST_BYTES).length,
        ledgerKey: ledgerKeyOf(files[0]?.hash ?? ''),
      };
      return Object.entries(values)
        .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
        .join('\n');
    },
    buildStart() {
      file = this.emitFile({ type: 'chunk', id: ENTRY, name: 'early' });
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html, { path, bundle }) => {
        if (!bundle || path !== '/index.html') return html;
        const files = Object.values(bundle);
        const early = files.find(chunk => chunk.type === 'chunk' && chunk.facadeModuleId === ENTRY);
        if (!early) throw new Error(`the bundle lacks ${ENTRY} (${file})`);
        const worker = files.find(({ fileName }) => DECODER.test(fileName));
        if (!worker) throw new Error('the bundle lacks the worker that decodes');
        // The early script imports the page's code, so that the page counts as loaded before it has arrived.
        const page = html.replace(
          /<script type="module" crossorigin src="([^"]+)"><\/script>/,
          '<link id="code" rel="modulepreload" crossorigin href="$1">',
        );
        if (page === html) throw new Error('the built page lacks its script');
        const tags: HtmlTagDescriptor[] = [
          { tag: 'script', attrs: { type: 'module', crossorigin: true, src: `./${early.fileName}` }, injectTo: 'head-prepend' },
          // Requested by the viewer's code, it would share the link with the first files: at 20 Mbit/s it arrived 0.5 s later. The page's worker
          // finds it in the HTTP cache. (Chromium rejects `as: 'worker'`.)
          {
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `./${worker.fileName}` },
            injectTo: 'head-prepend',
          },
        ];
        return { html: page, tags };
      },
    },
  };
}
