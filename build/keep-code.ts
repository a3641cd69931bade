/** Keeps the code that V8 makes of an import's scripts, for this version of Node: the built command imports a model made by code. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { KEEP_CODE, UNFINISHED } from '../src/node/run-script.ts';
import { figureModel } from '../test/bench/import/figure-model.ts';
import { largePicture } from '../test/bench/import/large-picture.ts';

const folder = mkdtempSync(join(tmpdir(), 'foyer-keep-code-'));
try {
  // A figure with clips and a picture runs most of the code.
  const pictures = [{ bytes: await largePicture(512, 'png'), mimeType: 'image/png' }];
  const model = join(folder, 'figure.glb');
  writeFileSync(model, await figureModel({ triangles: 10_000, joints: 24, clips: 40, keys: 30, pictures }));
  const command = resolve(import.meta.dirname, '../dist/cli.js');
  const args = [command, 'import', model, '--no-ktx2', '--out', join(folder, 'room'), '--cache', join(folder, 'cache')];
  execFileSync(process.execPath, args, { env: { ...process.env, [KEEP_CODE]: '1' } });
  const scripts = resolve(command, '../cli');
  for (const name of readdirSync(scripts)) if (name.endsWith(UNFINISHED)) rmSync(join(scripts, name));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
