import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { validateBytes } from 'gltf-validator';
import { FormatError } from '../../src/core/errors.ts';
import { seededRandom } from '../../src/core/random.ts';
import { readRoomDescription } from '../../src/import/described-room/read-room-description.ts';
import { readGltf } from '../../src/import/gltf/read-gltf.ts';
import { importModels } from '../../src/import/import-models.ts';
import { readModel } from '../../src/import/reading/read-model.ts';
import { mutate } from '../mutate/mutate.ts';
import { mutateJson } from '../mutate/mutate-json.ts';
import { CAL3D_READERS, CAL3D_SEEDS } from './cal3d-seeds.ts';
import { glbOf, gltfSeeds } from './gltf-seeds.ts';
import { assertSound } from './sound.ts';

/*
 * npm run fuzz:import -- --seed N --count M [--only gltf|cal3d|models|rooms] [--keep DIR] [--every N]
 *
 * M damaged files of every sound one, read as an import reads them. What is refused must be refused with file and place; what is
 * read must be sound, and every 20th (--every) is written as a room, read back as a page does, in which Khronos' validator finds no
 * error. A file that takes more than 2 s of processor time is a finding too. Exit code 1 where there are findings; --keep saves their files.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '2000' },
    only: { type: 'string', default: '' },
    keep: { type: 'string' },
    every: { type: 'string', default: '20' },
  },
});
const count = Number(values.count);
const folder = mkdtempSync(join(tmpdir(), 'foyer-fuzz-'));
const findings: string[] = [];
/** Milliseconds of processor time that one small file may take. Waiting on a busy machine does not count. */
const SLOW = 2000;

async function attempt(what: string, bytes: Uint8Array, ending: string, read: () => Promise<void> | void): Promise<boolean> {
  const start = process.cpuUsage();
  let wrong: unknown;
  let refused = false;
  try {
    await read();
  } catch (error) {
    refused = error instanceof FormatError;
    if (!refused) wrong = error instanceof Error ? error.stack : error;
    else if (!(error as FormatError).at || !(error as FormatError).url) wrong = `an error without its place: ${error}`;
  }
  const { user, system } = process.cpuUsage(start);
  const ms = (user + system) / 1000;
  if (ms > SLOW) wrong ??= `${ms.toFixed(0)} ms`;
  if (wrong !== undefined) {
    findings.push(`${what}: ${wrong}`);
    console.error(findings.at(-1));
    if (values.keep) writeFileSync(join(values.keep, `finding-${findings.length}${ending}`), bytes);
  }
  return refused;
}

async function fuzzGltf(): Promise<void> {
  for (const [name, gltf] of Object.entries(await gltfSeeds())) {
    const [glb, json] = [glbOf(gltf), JSON.parse(new TextDecoder().decode(gltf.bytes()))];
    for (const form of ['bytes', 'values'] as const) {
      const random = seededRandom(Number(values.seed));
      const path = join(folder, 'x.gltf');
      let refused = 0;
      let written = 0;
      for (let i = 0; i < count; i++) {
        const made = form === 'bytes' ? mutate(glb, random) : mutateJson(json, random);
        const bytes = 'bytes' in made ? made.bytes : new TextEncoder().encode(JSON.stringify(made.json));
        writeFileSync(path, bytes);
        let read = false;
        const no = await attempt(`${name} ${form} ${i}: ${made.what}`, bytes, '.gltf', async () => {
          assertSound(await readGltf(path));
          read = true;
        });
        if (no) refused++;
        if (read && (i - refused) % Number(values.every) === 0) {
          written++;
          await attempt(`${name} ${form} ${i}, written: ${made.what}`, bytes, '.gltf', () => writeAndValidate(path));
        }
      }
      console.log(`glTF ${name}, ${form}: ${count} damaged, ${refused} refused, ${written} written`);
    }
  }
}

async function writeAndValidate(path: string): Promise<void> {
  const out = join(folder, 'room');
  try {
    await importModels([path], out, { ktx2: false });
    for (const file of readdirSync(join(out, 'resources')).filter(f => f.endsWith('.glb'))) {
      const { issues } = await validateBytes(new Uint8Array(readFileSync(join(out, 'resources', file))));
      const errors = issues.messages.filter(m => m.severity === 0);
      if (errors.length > 0) throw new Error(`the validator: ${JSON.stringify(errors[0])}`);
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** A whole Cal3D model with one damaged file: what is read is written as a room, and read back. */
async function fuzzCal3dModels(): Promise<void> {
  const put = (name: string, bytes: Uint8Array | string) => writeFileSync(join(folder, name), bytes);
  const files = { skeleton: 'figure.csf', mesh: 'figure.cmf', animation: 'figure.caf', material: 'figure.crf' };
  const named = (kind: string): kind is keyof typeof files => Object.hasOwn(files, kind);
  put(
    'figure.cfg',
    Object.entries(files)
      .map(([kind, name]) => `${kind}=${name}`)
      .join('\n'),
  );
  for (const [kind, form, bytes] of CAL3D_SEEDS) if (named(kind) && /700|^binary$/.test(form)) put(files[kind], bytes);
  const config = join(folder, 'figure.cfg');
  for (const [kind, form, source] of CAL3D_SEEDS) {
    if (!named(kind)) continue;
    const random = seededRandom(Number(values.seed));
    const before = readFileSync(join(folder, files[kind]));
    let refused = 0;
    for (let i = 0; i < count; i++) {
      const { bytes, what } = mutate(source, random);
      put(files[kind], bytes);
      let read = false;
      const no = await attempt(`model of ${kind} ${form} ${i}: ${what}`, bytes, '.bin', async () => {
        assertSound(await readModel(config));
        read = true;
      });
      if (no) refused++;
      if (read && (i - refused) % Number(values.every) === 0)
        await attempt(`model of ${kind} ${form} ${i}, written: ${what}`, bytes, '.bin', () => writeAndValidate(config));
    }
    put(files[kind], before);
    console.log(`Cal3D model, damaged ${kind}, ${form}: ${count} damaged, ${refused} refused`);
  }
}

/** A whole model in a folder: its configuration is damaged, and a room that names it. */
async function fuzzDescriptions(): Promise<void> {
  const put = (name: string, bytes: Uint8Array | string) => writeFileSync(join(folder, name), bytes);
  for (const [kind, form, bytes] of CAL3D_SEEDS) if (form.endsWith('700')) put(`figure.c${kind[0]}f`, bytes);
  const config = new TextEncoder().encode('# a figure\nscale=1.0\nskeleton=figure.csf\nmesh=figure.cmf\nanimation=figure.caf\n');
  const room = {
    name: 'corner',
    models: { figure: 'figure.cfg', still: 'still.gltf' },
    floor: { size: [10, 10], color: [0.5, 0.5, 0.5] },
    furniture: [{ model: 'still', position: [0, 0, -1], turn: 90, scale: 1, name: 'chair' }],
    avatars: [
      {
        model: 'figure',
        animation: 'figure',
        path: [
          [-2, 0, 1],
          [2, 0, 1],
          [2, 0, 3],
        ],
        speed: 1.2,
      },
      { model: 'figure', at: 'chair' },
    ],
  };
  put('still.gltf', (await gltfSeeds()).still.bytes());
  const random = seededRandom(Number(values.seed));
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const { bytes, what } = mutate(config, random);
    put('damaged.cfg', bytes);
    const read = async () => assertSound(await readModel(join(folder, 'damaged.cfg')));
    if (await attempt(`configuration ${i}: ${what}`, bytes, '.cfg', read)) refused++;
  }
  console.log(`Cal3D configuration: ${count} damaged, ${refused} refused`);
  refused = 0;
  put('figure.cfg', config);
  for (let i = 0; i < count / 10; i++) {
    const { json, what } = mutateJson(room, random);
    const bytes = new TextEncoder().encode(JSON.stringify(json));
    put('room.json', bytes);
    const read = async () => void (await readRoomDescription(join(folder, 'room.json')));
    if (await attempt(`room ${i}: ${what}`, bytes, '.json', read)) refused++;
  }
  console.log(`room: ${count / 10} damaged, ${refused} refused`);
}

async function fuzzCal3d(): Promise<void> {
  for (const [kind, form, source] of CAL3D_SEEDS) {
    const random = seededRandom(Number(values.seed));
    let refused = 0;
    for (let i = 0; i < count; i++) {
      const { bytes, what } = mutate(source, random);
      if (await attempt(`${kind} ${form} ${i}: ${what}`, bytes, '.bin', () => CAL3D_READERS[kind](bytes, () => {}))) refused++;
    }
    console.log(`Cal3D ${kind}, ${form}: ${count} damaged, ${refused} refused`);
  }
}

try {
  const wanted = (what: string) => values.only === '' || values.only === what;
  if (wanted('gltf')) await fuzzGltf();
  if (wanted('cal3d')) await fuzzCal3d();
  if (wanted('models')) await fuzzCal3dModels();
  if (wanted('rooms')) await fuzzDescriptions();
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${findings.length} findings`);
process.exitCode = findings.length > 0 ? 1 : 0;
