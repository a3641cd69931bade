import { execFile, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureShaders } from '../../../src/cli/shader/shader-capture.ts';

// The built command as other people run it: by Node alone, from another folder.
const root = resolve(import.meta.dirname, '../../..');
let folder: string;

beforeAll(async () => {
  await build({ root, configFile: join(root, 'vite.cli.config.ts'), logLevel: 'warn' });
  folder = mkdtempSync(join(tmpdir(), 'foyer-cli-'));
  const vertices = Buffer.from(Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1).buffer).toString('base64');
  const gradient = Buffer.from(Uint8Array.from({ length: 128 * 128 * 3 }, (_, i) => (i * 7) % 251));
  const png = await sharp(gradient, { raw: { width: 128, height: 128, channels: 3 } })
    .png()
    .toBuffer();
  const triangle = {
    asset: { version: '2.0' },
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, material: 0 }] }],
    materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicFactor: 0 } }],
    textures: [{ source: 0 }],
    images: [{ uri: `data:image/png;base64,${png.toString('base64')}` }],
    accessors: [
      { bufferView: 0, componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] },
      { bufferView: 1, componentType: 5126, count: 3, type: 'VEC2' },
    ],
    bufferViews: [
      { buffer: 0, byteLength: 36 },
      { buffer: 0, byteOffset: 36, byteLength: 24 },
    ],
    buffers: [{ byteLength: 60, uri: `data:application/octet-stream;base64,${vertices}` }],
  };
  writeFileSync(join(folder, 'tri.gltf'), JSON.stringify(triangle));
  writeFileSync(join(folder, 'white.frag'), 'precision mediump float; void main() { gl_FragColor = vec4(1.0); }');
});
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** What the command ends with where its output goes to a file. */
function foyerInto(file: string, ...args: string[]): { code: number | null; err: string } {
  const out = openSync(file, 'w');
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    cwd: folder,
    stdio: ['ignore', out, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(out);
  return { code: status, err: stderr };
}

function foyer(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise(done =>
    execFile(process.execPath, [join(root, 'dist/cli.js'), ...args], { cwd: folder }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    ),
  );
}

describe('the built command', () => {
  it('starts with the line that names its interpreter', () => {
    expect(readFileSync(join(root, 'dist/cli.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('needs no package that an installation would not have', () => {
    const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const installed = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
    const chunks = readdirSync(join(root, 'dist/cli')).filter(name => /\.(js|script)$/.test(name));
    const texts = chunks.map(name => readFileSync(join(root, 'dist/cli', name), 'utf8'));
    const packages = texts.flatMap(text =>
      [...text.matchAll(/(?:from|import\(|importModule\(|[^.\w]require\()\s*"([^".\s][^"\s]*)"/g)].map(m => m[1]),
    );
    const named = packages.filter(p => !p.startsWith('node:') && !isBuiltin(p)).map(p => p.match(/^(@[^/]+\/)?[^/]+/)?.[0]);
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(installed).toContain(name);
  });

  it('imports a model, in a thread of its own, and remembers that', async () => {
    const args = ['import', 'tri.gltf', '--out', 'room', '--json'];
    const first = await foyer(...args);
    expect(first.err).toBe('');
    expect(first.code).toBe(0);
    // The KTX2 encoder prints what it does; that is not JSON.
    const { room } = JSON.parse(first.out);
    expect(room.products[0].triangles).toBe(1);
    expect(room.bytes.high).toBeGreaterThan(0);
    const document = readFileSync(join(folder, 'room/room.json'), 'utf8');
    rmSync(join(folder, 'room'), { recursive: true });
    expect(await foyer(...args)).toEqual(first);
    expect(readFileSync(join(folder, 'room/room.json'), 'utf8')).toBe(document);
  });

  it('says what is wrong', async () => {
    expect(await foyer('import', 'gone.glb', '--out', 'nowhere')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/gone\.glb/),
    });
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
    expect(await foyer('import')).toMatchObject({ code: 2, err: expect.stringMatching(/no file named/) });
    expect(await foyer('dance')).toMatchObject({ code: 2, err: expect.stringMatching(/there is no "dance"/) });
  });

  it.skipIf(!existsSync('/dev/full'))('fails where its output is lost', () => {
    const lost = { code: 1, err: 'foyer: the output cannot be written: there is no space left on its disk\n' };
    expect(foyerInto('/dev/full', '--version')).toEqual(lost);
    expect(foyerInto('/dev/full', 'shader', 'white.frag')).toEqual(lost);
    expect(foyerInto('/dev/null', 'shader', 'white.frag')).toEqual({ code: 0, err: '' });
  });

  it('says how it is used to who asks, whatever for', async () => {
    for (const args of [['help'], ['--help'], ['import', '-h']])
      expect(await foyer(...args)).toMatchObject({
        code: 0,
        err: '',
        out: expect.stringMatching(/foyer import .*foyer shader /s),
      });
  });

  it('compiles a shader', async () => {
    expect(await foyer('shader', 'white.frag')).toMatchObject({ code: 0, out: expect.stringMatching(/ps_2_0 {2}2 slots/) });
  });
});

it('foyer shader --from-page collects the shaders of every program that a page links', async () => {
  const script = `
    const gl = document.createElement('canvas').getContext('webgl');
    const shader = (type, source) => { const s = gl.createShader(type); gl.shaderSource(s, source); gl.compileShader(s); return s; };
    for (const name of ['sky', 'sky', 'sea']) {
      const program = gl.createProgram();
      gl.attachShader(program, shader(gl.VERTEX_SHADER, 'attribute vec4 p; void main() { gl_Position = p; }'));
      gl.attachShader(program, shader(gl.FRAGMENT_SHADER, '#define SHADER_NAME ' + name + '\\nvoid main() { gl_FragColor = vec4(1.0); }'));
      gl.linkProgram(program);
    }`;
  const page = `data:text/html,${encodeURIComponent(`<script>${script}</script>`)}`;
  const shaders = await captureShaders(page, { seconds: 0.5 });
  expect(shaders.map(s => s.file)).toEqual(['sky.vert', 'sky.frag', 'sea.vert', 'sea.frag']);
  expect(shaders[1].source).toContain('gl_FragColor');
});
