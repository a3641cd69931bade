import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { build } from 'vite';
import { PLAIN_LIGHT } from '../../../src/import/model/arrange-models.ts';
import { withoutHelperTracks } from '../../../src/import/model/helper-joints.ts';
import type { ImportedModel } from '../../../src/import/model/imported-model.ts';
import type { SourceRoom } from '../../../src/import/model/source-model.ts';
import { readModel } from '../../../src/import/reading/read-model.ts';
import type { RoomReport } from '../../../src/import/report/room-report.ts';
import type { WriteOptions } from '../../../src/import/write/write-options.ts';
import { writeRoom } from '../../../src/import/write/write-room.ts';
import { launchChromium } from '../../browser/chromium.ts';
import { serveFiles } from '../../browser/file-server.ts';
import type { JudgePage, Shot } from './page.ts';
import { type Picture, type Similarity, similarityOf } from './similarity.ts';
import type { PosedPart } from './their-model.ts';

declare const judge: JudgePage;

/** One model in front of the judge. */
export interface Trial {
  readonly model: ImportedModel;
  readonly report: RoomReport;
  readonly clips: readonly { readonly name: string; readonly duration: number }[];
  compare(shot: Shot): Promise<Similarity & { readonly ours: Picture; readonly theirs: Picture }>;
  time(shot: Shot, rounds: number): Promise<{ ours: number; theirs: number }>;
}

export interface Judge {
  /**
   * Imports a model, opens the room that it became and the source, and hands both to `look`.
   * @param posed - what three draws in place of the file, where it has no loader for it.
   */
  try<T>(file: string, options: WriteOptions & { posed?: readonly PosedPart[] }, look: (trial: Trial) => Promise<T>): Promise<T>;
  /** Counts the triangles that three draws of a file. @throws Error where three does not open it. */
  triangles(file: string): Promise<number>;
  close(): Promise<void>;
}

/** Matches the warnings of an import that moved or scaled a model. */
const MOVED = /moved to the origin|taken for (centi|milli)metres|, in no unit of a size/;

/** Builds the page and opens it in a browser; the models are looked at one after another. */
export async function startJudge(): Promise<Judge> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-judge-'));
  const room = join(folder, 'room');
  await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    base: '../../import/judge/',
    worker: { format: 'es' },
    build: { outDir: join(folder, 'page'), target: 'es2022', minify: false },
  });
  const three = resolve(import.meta.dirname, '../../../node_modules/three/examples/jsm');
  // The server looks into this with each request: `/source/` is the folder of the model on trial.
  const folders = { '/': join(folder, 'page'), '/room/': room, '/source/': folder, '/three/': three };
  const server = await serveFiles(folders);
  const browser = await launchChromium();
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(String(error)));
  await page.goto(server.url);
  await page.waitForFunction(() => 'judge' in globalThis);
  return {
    async try(file, { posed, ...options }, look) {
      // What poses Cal3D for three has no springs.
      const model = await readModel(file, { springs: false });
      const report = await writeRoom(roomOf(model), room, { ktx2: false, ...options });
      folders['/source/'] = dirname(file);
      const source = posed ?? `/source/${encodeURIComponent(basename(file))}`;
      try {
        const isFigure = model.avatar?.outfit.some(o => (o.product.skin?.joints.length ?? 0) > 1);
        const moved = model.warnings.some(w => MOVED.test(w)) ? (isFigure ? 'figure' : 'thing') : undefined;
        const { clips } = await page.evaluate(([r, m, p]) => judge.open(r, m, p), [
          '/room/room.json',
          source,
          moved,
        ] as Parameters<JudgePage['open']>);
        const result = await look(trialOf(page, model, report, clips));
        if (problems.length > 0) throw new Error(problems.splice(0).join('; '));
        return result;
      } finally {
        await page.evaluate(() => judge.close());
        rmSync(room, { recursive: true, force: true });
      }
    },
    triangles(file) {
      folders['/source/'] = dirname(file);
      return page.evaluate(url => judge.triangles(url), `/source/${encodeURIComponent(basename(file))}`);
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The model alone, at the origin. */
function roomOf({ name, product, avatar }: ImportedModel): SourceRoom {
  const position = [0, 0, 0] as const;
  return {
    name,
    light: PLAIN_LIGHT,
    spawn: { position: [0, 0, 1], target: [0, 0, 0] },
    furniture: product ? [{ product, position }] : [],
    avatars: avatar ? [{ avatar: withoutHelperTracks(avatar), position }] : [],
  };
}

function trialOf(page: Page, model: ImportedModel, report: RoomReport, clips: Trial['clips']): Trial {
  return {
    model,
    report,
    clips,
    async compare(shot) {
      const { ours, theirs } = await page.evaluate(s => judge.shoot(s), shot);
      const pictures = { ours: decode(ours), theirs: decode(theirs) };
      return { ...similarityOf(pictures.ours, pictures.theirs), ...pictures };
    },
    time: (shot, rounds) => page.evaluate(([s, n]) => judge.time(s, n), [shot, rounds] as [Shot, number]),
  };
}

function decode(base64: string): Picture {
  const data = new Uint8ClampedArray(Buffer.from(base64, 'base64'));
  const side = Math.sqrt(data.length / 4);
  return { data, width: side, height: side };
}
