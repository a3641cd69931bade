/** The same models for three's GLTFLoader: a page that loads them all and draws one frame. */

import { resolve } from 'node:path';
import { build } from 'vite';
import { readRoom } from '../stream/bench-room.ts';
import type { ServedFile } from '../stream/link/shaped-server.ts';

/** What three's loader is given, and how its frame is drawn. */
export interface ThreeWay {
  /** `low`: the pictures with which our room is interactive; `high`: those with which it is complete. */
  readonly pictures: 'low' | 'high';
  /** `loaded`: as GLTFLoader makes them, lit; `unlit`: each replaced by a MeshBasicMaterial, the cheapest that three has. */
  readonly materials: 'loaded' | 'unlit';
  /** `room`: every furnishing and avatar of the room, as ours draws; `once`: each model once. */
  readonly copies: 'room' | 'once';
}

/** The contestants of `--three`. */
export const threeWays: Readonly<Record<string, ThreeWay>> = {
  three: { pictures: 'low', materials: 'loaded', copies: 'room' },
  'three, unlit': { pictures: 'low', materials: 'unlit', copies: 'room' },
  'three, each model once': { pictures: 'low', materials: 'loaded', copies: 'once' },
};

const html = ({ materials, copies }: ThreeWay) =>
  `<!doctype html><html data-materials="${materials}" data-copies="${copies}"><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/page.js"></script><body style="margin:0">`;

/** @param room - the folder of a room whose models three is given as whole files, with the same compression. */
export async function threeSite(room: string, way: ThreeWay): Promise<ReadonlyMap<string, ServedFile>> {
  const { files, models } = await readRoom(room, way.pictures === 'low' ? ['high', 'low'] : ['low', 'high']);
  const list = files.get('/models.json');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: {
        input: { page: resolve(import.meta.dirname, 'three-page.ts') },
        output: { entryFileNames: '[name].js', codeSplitting: false },
      },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!('output' in output) || !list) throw new Error('the page of three was not built');
  const site = new Map<string, ServedFile>([
    ['/', { body: new TextEncoder().encode(html(way)), type: 'text/html' }],
    ['/models.json', list],
  ]);
  for (const part of output.output)
    if (part.type === 'chunk')
      site.set(`/${part.fileName}`, { body: Buffer.from(part.code), type: 'text/javascript', immutable: true });
  for (const path of models) {
    const file = files.get(path);
    if (file) site.set(path, file);
  }
  return site;
}
