import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Plugin, parseAst } from 'vite';
import { expect, it } from 'vitest';
import { smallSite } from '../vite.site.ts';
import standalone from '../vite.standalone.config.ts';

const sources = resolve(import.meta.dirname, '../node_modules/three/src');

/** What plugins make of the source of a module of three's. @param change - of the source, before they read it. */
function built(plugins: readonly Plugin[], module: string, change = (code: string) => code): string {
  const id = join(sources, module);
  let code = change(readFileSync(id, 'utf8'));
  const context = {
    parse: parseAst,
    error: (message: string) => {
      throw new Error(message);
    },
  };
  for (const { transform } of plugins) {
    if (typeof transform !== 'object' || !(transform.filter?.id instanceof RegExp) || !transform.filter.id.test(id)) continue;
    const handler = transform.handler as unknown as (this: typeof context, code: string, id: string) => { code: string } | null;
    code = handler.call(context, code, id)?.code ?? code;
  }
  return code;
}

const ofLibrary = (standalone.plugins as unknown as Plugin[]).filter(({ apply }) => apply === 'build');

it('the standalone library keeps the methods of three that other pages may call; our own page leaves them out', () => {
  for (const [module, method] of [
    ['core/Object3D.js', 'getObjectByName'],
    ['core/Object3D.js', 'clone'],
    ['core/BufferGeometry.js', 'translate'],
    ['objects/Mesh.js', 'raycast'],
    ['math/Color.js', 'setStyle'],
  ]) {
    const declared = new RegExp(`^\\s${method}\\(`, 'm');
    expect(built(ofLibrary, module), method).toMatch(declared);
    expect(built(smallSite, module), method).not.toMatch(declared);
  }
});

it('the build names a method that this version of three has no more', () => {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter(f => /^(core|math|objects|scenes|textures|cameras)\/\w+\.js$/.test(f))) built(smallSite, file);
  const renamed = (code: string) => code.replace(/^\tattach\(/m, '\tattachTo(');
  expect(() => built(smallSite, 'core/Object3D.js', renamed)).toThrow(/Object3D lacks .*attach/);
});
