import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright';
import { bundle } from '../../browser/render/harness.ts';
import type { Arena } from './crowd.ts';
import type { ContestantName } from './page.ts';

declare const foyer: typeof import('./page.ts');

const KNIGHT = resolve(import.meta.dirname, '../../../../shared/assets/kaykit-characters/Knight.glb');

export interface Bench {
  /** One page a contestant, each with its crowd in it. @param only - some of them; all when left out. */
  open(avatars: number, only?: readonly string[], arena?: Arena): Promise<Map<ContestantName, Page>>;
  /** Who the crowd is. */
  figure(): string;
  close(): Promise<void>;
}

/** A browser, and a server for the page and the knight. */
export async function startBench(): Promise<Bench> {
  const code = await bundle(join(import.meta.dirname, 'page.ts'));
  const knight = existsSync(KNIGHT);
  const server = createServer((request, response) => {
    const knightAsked = request.url === '/knight.glb';
    const type = knightAsked ? 'model/gltf-binary' : request.url === '/page.js' ? 'text/javascript' : 'text/html';
    response.writeHead(200, { 'content-type': type });
    if (knightAsked) response.end(readFileSync(KNIGHT));
    else
      response.end(request.url === '/page.js' ? code : '<!doctype html><body style="margin:0"><script src="/page.js"></script>');
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--disable-background-networking',
      '--enable-precise-memory-info',
      '--js-flags=--expose-gc',
    ],
  });
  let figure = '';
  const openPage = async (): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 1300, height: 740 } });
    page.on('pageerror', error => console.error(String(error)));
    await page.goto(origin);
    return page;
  };
  return {
    async open(avatars, only, arena = 'hall') {
      const first = await openPage();
      const names = (await first.evaluate(() => foyer.names)).filter(name => !only || only.includes(name));
      await first.close();
      const stage = new Map<ContestantName, Page>();
      for (const name of names) {
        const page = await openPage();
        const url = knight ? '/knight.glb' : '';
        figure = await page.evaluate(([n, count, where, at]) => foyer.make(n, count, where, at), [
          name,
          avatars,
          arena,
          url,
        ] as const);
        stage.set(name, page);
      }
      return stage;
    },
    figure: () => figure,
    async close() {
      await browser.close();
      server.close();
    },
  };
}
