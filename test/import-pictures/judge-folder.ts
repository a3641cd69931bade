/*
 * npx tsx test/import-pictures/judge-folder.ts [--out DIR] FILE|FOLDER…
 *
 * Puts models of other people before the judge. For each glTF, GLB and VRM file it says whether stock three.js opens it with at
 * least one triangle, whether it imports and opens in Foyer, how alike the pictures are (at rest and in the middle of a clip), and
 * why not. Three kinds are counted apart: those whose light both share; those of which the import says that their surface is not
 * drawn as the file says (metal, normal maps, lines); and among the first those that are not alike, which are faults.
 * --out keeps pairs of pictures below 0.95 and the table as JSON.
 */
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { type Judge, startJudge, type Trial } from './judge/judge.ts';
import type { Picture } from './judge/similarity.ts';

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
}

const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true });
const LEAST = 0.95;
/** Matches warnings that say why the judge's simple materials look different: the import folds what they ignore, and leaves out lines. */
const WHY =
  /metal|folded|relief|occlusion|specular|glossiness|MToon|transmission|emissive|points and lines|light map|is dropped|was dropped|have no direction/;

function modelsBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [resolve(path)];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(glb|gltf|vrm)$/i.test(name))
    .sort()
    .map(name => resolve(path, name));
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

async function look(trial: Trial, name: string): Promise<Pick<Row, 'even' | 'lambert' | 'around' | 'warnings'>> {
  const clip = trial.clips.length > 0 ? trial.model.avatar?.clips.find(c => c.name === trial.clips[0].name) : undefined;
  const least = { even: 1, lambert: 1 };
  const { model: around } = await trial.compare({ seconds: 0, light: 'around' });
  for (const light of ['even', 'lambert'] as const)
    for (const moving of [false, true]) {
      if (moving && !clip) continue;
      const seconds = moving ? trial.clips[0].duration / 2 : 0;
      const shot = { seconds, light, ...(moving && clip ? { clip: { ours: clip.name, theirs: 0 } } : {}) };
      // A clip has no way back to rest, so both lights are looked at while at rest first.
      if (moving && light === 'even') continue;
      const { model, ours, theirs } = await trial.compare(shot);
      least[light] = Math.min(least[light], model);
      if (model < LEAST && values.out) {
        keep(`${name} ${light}${moving ? ' moving' : ''} ours.png`, ours);
        keep(`${name} ${light}${moving ? ' moving' : ''} three.png`, theirs);
      }
    }
  return { ...least, around, warnings: trial.model.warnings };
}

async function judged(judge: Judge, file: string, name: string): Promise<Row> {
  let triangles = -1;
  try {
    triangles = await judge.triangles(file);
  } catch {
    // three does not open it.
  }
  try {
    if (triangles > 0) return { file, triangles, ...(await judge.try(file, {}, trial => look(trial, name))) };
    return { file, triangles };
  } catch (error) {
    return { file, triangles, error: (error as Error).message.split('\n')[0] };
  }
}

if (values.out) mkdirSync(values.out, { recursive: true });
const rows: Row[] = [];
const judge = await startJudge();
try {
  for (const [i, file] of positionals.flatMap(modelsBelow).entries()) {
    const row = await judged(judge, file, `${i} ${basename(file)}`);
    rows.push(row);
    const what =
      row.error ??
      (row.triangles > 0
        ? `${row.even?.toFixed(3)} ${row.lambert?.toFixed(3)} ${row.around?.toFixed(3)}`
        : 'three draws nothing');
    console.log(`${i} ${file}: ${row.triangles} triangles, ${what}`);
  }
} finally {
  await judge.close();
}
const opened = rows.filter(r => r.triangles > 0);
const imported = opened.filter(r => r.error === undefined);
const alike = imported.filter(r => Math.min(r.even ?? 0, r.lambert ?? 0) >= LEAST);
const share = (n: number, of: number): string => `${n} of ${of} (${((100 * n) / Math.max(1, of)).toFixed(1)} %)`;
console.log(`${rows.length} files; three opens ${opened.length} with a triangle`);
console.log(`imported and opened: ${share(imported.length, opened.length)}`);
console.log(`pictures of ${LEAST} and more: ${share(alike.length, imported.length)}`);
const isAlike = (r: Row): boolean => alike.includes(r);
const [told, shared] = [true, false].map(tells => imported.filter(r => (r.warnings ?? []).some(w => WHY.test(w)) === tells));
console.log(`of those whose light both share: ${share(shared.filter(isAlike).length, shared.length)}`);
for (const { file } of shared.filter(r => !isAlike(r))) console.log(`  not alike: ${file}`);
console.log(`others, which say why: ${share(told.filter(isAlike).length, told.length)}`);
const mean = told.reduce((sum, r) => sum + (r.around ?? 0), 0) / Math.max(1, told.length);
console.log(`  beside the file's own materials in a world of one brightness: ${mean.toFixed(3)} on average`);
if (values.out) writeFileSync(join(values.out, 'rows.json'), JSON.stringify(rows, null, 1));
