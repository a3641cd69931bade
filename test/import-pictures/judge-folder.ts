/*
 * npx tsx test/import-pictures/judge-folder.ts [--kinds] [--only NAME…] [--out DIR] [--seconds N] [FILE|FOLDER…]
 *
 * Puts models of other people before the judge; with --kinds, those that ./kinds makes. For each glTF, GLB and VRM file it says
 * whether stock three.js opens it with at least one triangle, whether it imports and opens in Foyer, how alike the pictures are (at
 * rest and at three moments of a clip), and why not. Files whose light both share are counted apart; the file's own materials tell
 * which these are (judge/unshared-light.ts). --out keeps pairs of pictures below 0.95 and the table as JSON.
 * A file that takes more than N seconds (300) is given up: three.js never ends with some clips.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { untilAborted } from '../../src/core/until-aborted.ts';
import { type Judge, startJudge } from './judge/judge.ts';
import { judgeModel } from './judge/shots.ts';
import type { Picture } from './judge/similarity.ts';
import { unsharedLight } from './judge/unshared-light.ts';
import { writeKind } from './kinds/files.ts';
import { KINDS, LESS } from './kinds/index.ts';

interface Row {
  readonly file: string;
  /** Triangles that three draws; -1 where it does not open the file. */
  readonly triangles: number;
  /** The error of the import or of the room. */
  readonly error?: string;
  /** The least similarity in even light and by Lambert's law. */
  readonly even?: number;
  readonly lambert?: number;
  /** Similarity to the file's own materials in a world of one brightness, at rest. */
  readonly around?: number;
  readonly warnings?: readonly string[];
  /** Why three and Foyer light the file differently; empty where they share the light. */
  readonly unshared?: readonly string[];
  /** What is known of a kind that is not alike. */
  readonly known?: string | undefined;
}

const { values, positionals } = parseArgs({
  options: {
    out: { type: 'string' },
    kinds: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    seconds: { type: 'string' },
  },
  allowPositionals: true,
});
const LEAST = 0.95;
const SECONDS = Number(values.seconds ?? 300);

function modelsBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [resolve(path)];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(glb|gltf|vrm)$/i.test(name))
    .sort()
    .map(name => resolve(path, name));
}

/** Writes the kinds that are made here, each into a folder of its own. */
async function writtenKinds(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const [name, make] of Object.values(KINDS).flatMap(Object.entries)) {
    if (values.only && !values.only.includes(name)) continue;
    mkdirSync(join(folder, name));
    files.push(await writeKind(join(folder, name), name, await make()));
  }
  return files;
}

const keep = (name: string, { data, width, height }: Picture): void => {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y++) {
    const row = data.subarray((height - 1 - y) * width * 4, (height - y) * width * 4);
    png.data.set(row, y * width * 4);
  }
  for (let i = 3; i < png.data.length; i += 4) png.data[i] = 255;
  writeFileSync(join(values.out ?? '.', name), PNG.sync.write(png));
};

async function judged(judge: Judge, file: string, number: number, late: AbortSignal): Promise<Row> {
  let triangles = -1;
  try {
    triangles = await untilAborted(judge.triangles(file), late);
  } catch {
    if (late.aborted) return { file, triangles, error: `three.js takes more than ${SECONDS} s to open it` };
    // three does not open it.
  }
  if (triangles <= 0) return { file, triangles };
  try {
    const judging = judgeModel(judge, file, {
      onPictures(name, { model, ours, theirs }) {
        if (model >= LEAST || !values.out || !/ (even|lambert) /.test(name)) return;
        keep(`${number} ${name} ours.png`, ours);
        keep(`${number} ${name} three.png`, theirs);
      },
    });
    const { even, lambert, around, warnings } = await untilAborted(judging, late);
    const least = (of: readonly { readonly model: number }[]): number => Math.min(...of.map(s => s.model));
    const known = LESS[basename(file).replace(/\.\w+$/, '')]?.why;
    return {
      file,
      triangles,
      even: least(even),
      lambert: least(lambert),
      around: around.model,
      warnings,
      unshared: await unsharedLight(file),
      ...(values.kinds && known ? { known } : {}),
    };
  } catch (error) {
    if (late.aborted) return { file, triangles, error: `its pictures take more than ${SECONDS} s` };
    return { file, triangles, error: (error as Error).message.split('\n')[0] };
  }
}

if (values.out) mkdirSync(values.out, { recursive: true });
const rows: Row[] = [];
const made = mkdtempSync(join(tmpdir(), 'foyer-kinds-'));
let judge = await startJudge();
try {
  const files = [...(values.kinds ? await writtenKinds(made) : []), ...positionals.flatMap(modelsBelow)];
  for (const [i, file] of files.entries()) {
    const late = AbortSignal.timeout(SECONDS * 1000);
    const row = await judged(judge, file, i, late);
    rows.push(row);
    if (late.aborted) {
      // Its page still runs, and would draw nothing else.
      await judge.close();
      judge = await startJudge();
    }
    const what =
      row.error ??
      (row.triangles > 0
        ? `${row.even?.toFixed(3)} ${row.lambert?.toFixed(3)} ${row.around?.toFixed(3)}`
        : 'three draws nothing');
    console.log(`${i} ${file}: ${row.triangles} triangles, ${what}`);
  }
} finally {
  await judge.close();
  rmSync(made, { recursive: true, force: true });
}
const opened = rows.filter(r => r.triangles > 0);
const imported = opened.filter(r => r.error === undefined);
const isAlike = (r: Row): boolean => Math.min(r.even ?? 0, r.lambert ?? 0) >= LEAST;
const share = (n: number, of: number): string => `${n} of ${of} (${((100 * n) / Math.max(1, of)).toFixed(1)} %)`;
console.log(`${rows.length} files; three opens ${opened.length} with a triangle`);
console.log(`imported and opened: ${share(imported.length, opened.length)}`);
console.log(`pictures of ${LEAST} and more: ${share(imported.filter(isAlike).length, imported.length)}`);
const shared = imported.filter(r => r.unshared?.length === 0);
const others = imported.filter(r => r.unshared?.length !== 0);
console.log(`of those whose light both share: ${share(shared.filter(isAlike).length, shared.length)}`);
tellReasons(shared, r => (r.known ? [r.known] : (r.warnings ?? [])));
console.log(`others: ${share(others.filter(isAlike).length, others.length)}`);
tellReasons(others, r => [...new Set(r.unshared)]);
const mean = others.reduce((sum, r) => sum + (r.around ?? 0), 0) / Math.max(1, others.length);
console.log(`  beside the file's own materials in a world of one brightness: ${mean.toFixed(3)} on average`);
if (values.out) writeFileSync(join(values.out, 'rows.json'), JSON.stringify(rows, null, 1));

function tellReasons(list: readonly Row[], reasons: (row: Row) => readonly string[]): void {
  for (const row of list.filter(r => !isAlike(r))) {
    const least = Math.min(row.even ?? 0, row.lambert ?? 0).toFixed(3);
    console.log(`  ${least} ${basename(row.file)}: ${reasons(row).join('; ') || 'no reason is known'}`);
  }
}
