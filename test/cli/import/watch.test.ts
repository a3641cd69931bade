import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCommand } from '../../../src/cli/import/import.ts';
import { watchAndImport } from '../../../src/cli/import/import-again.ts';
import { nextChange } from '../../../src/cli/import/watch-files.ts';
import { servePreview } from '../../../src/cli/pictures/preview-server.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { untilAborted } from '../../../src/core/until-aborted.ts';
import { Gltf } from '../../import/gltf/build.ts';

/** A clock on which nothing takes long: only the quiet time after a change passes, at once. */
const clock: Clock = {
  now: () => 0,
  after: (ms, callback) => {
    if (ms === 150) queueMicrotask(callback);
    return () => {};
  },
};

let folder: string;
let stop: AbortController;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-watch-'));
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true, force: true });
});

const save = (name: string, text: string | Uint8Array): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('nextChange', () => {
  it('resolves when a file is written, and when another is renamed over it', async () => {
    const file = save('a.gltf', 'one');
    const written = nextChange([file], clock, stop.signal);
    save('a.gltf', 'two');
    await written;
    const renamed = nextChange([file], clock, stop.signal);
    renameSync(save('a.tmp', 'three'), file);
    await renamed;
  });

  it('resolves when the folder of a file comes that was not there', async () => {
    const came = nextChange([join(folder, 'pack', 'tex', 'a.png')], clock, stop.signal);
    mkdirSync(join(folder, 'pack'));
    await came;
  });

  it('ignores what the import writes below a listed folder', async () => {
    const file = save('a.cmf', 'one');
    mkdirSync(join(folder, 'out'));
    let ended = false;
    const watched = nextChange([folder, file], clock, stop.signal, [join(folder, 'out')]).then(() => {
      ended = true;
    });
    const seen = nextChange([folder, file], clock, stop.signal);
    rmSync(join(folder, 'out'), { recursive: true });
    mkdirSync(join(folder, 'out.partial-1-1'));
    await seen;
    expect(ended).toBe(false);
    save('new.cmf', 'two');
    await watched;
  });

  it('ignores other files, counts any file of a listed folder, and ends with the signal', async () => {
    const file = save('a.gltf', 'one');
    let ended = false;
    const other = nextChange([file], clock, stop.signal).then(() => {
      ended = true;
    });
    save('b.gltf', 'b');
    const inner = join(folder, 'pack');
    mkdirSync(inner);
    const listed = nextChange([inner, join(inner, 'a.cmf')], clock, stop.signal);
    save('pack/new.tga', 'c');
    await listed;
    expect(ended).toBe(false);
    stop.abort();
    await other;
  });
});

describe('foyer import --watch', () => {
  it('imports again what changed, tells errors and goes on, until it is interrupted', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { mesh: gltf.mesh() });
    const file = save('chair.gltf', '{');
    const lines: string[] = [];
    const waiting: (() => void)[] = [];
    const tell = (line: string) => {
      lines.push(line);
      for (const done of waiting.splice(0)) done();
    };
    const line = async (pattern: RegExp, times = 1) => {
      while (lines.filter(l => pattern.test(l)).length < times) await new Promise<void>(done => waiting.push(done));
    };
    const terminal = { out: tell, err: tell, interactive: false, clock, signal: stop.signal };
    const args = [file, '--out', join(folder, 'out'), '--no-ktx2', '--cache', join(folder, 'cache'), '--watch'];
    const ended = importCommand(args, terminal);
    await line(/foyer: .*chair\.gltf/);
    await line(/^watching/);
    save('chair.gltf', gltf.bytes());
    await line(/imported again/);
    save('chair.gltf', '{');
    await line(/foyer: .*chair\.gltf/, 2);
    gltf.add('nodes', { mesh: 0, translation: [5, 0, 0] });
    save('chair.gltf', gltf.bytes());
    await line(/imported again/, 2);
    stop.abort();
    expect(await ended).toBe(0);
    // Three imports, each with a thread of its own: 4 s on a quiet machine.
  }, 120_000);
});

describe('foyer import --watch of a folder', () => {
  it('imports a broken model when it is mended', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { mesh: gltf.mesh() });
    mkdirSync(join(folder, 'pack'));
    save('pack/chair.gltf', gltf.bytes());
    save('pack/table.gltf', '{');
    const lines: string[] = [];
    const outs: string[] = [];
    const out = (line: string): void => {
      outs.push(line);
      if (/imported again/.test(line)) stop.abort();
      if (/^watching/.test(line)) save('pack/table.gltf', gltf.bytes());
    };
    const terminal = { out, err: (line: string) => lines.push(line), interactive: false, clock, signal: stop.signal };
    const args = [join(folder, 'pack'), '--out', join(folder, 'out'), '--no-ktx2', '--cache', join(folder, 'cache'), '--watch'];
    expect(await importCommand(args, terminal)).toBe(0);
    expect(lines).toEqual([
      expect.stringMatching(/^foyer: .*table\.gltf$/),
      'foyer: 1 input is left out; the room is written with 1 model',
    ]);
    expect(outs.at(-1)).toMatch(/^table +product/m);
  });
});

describe('a change during an import', () => {
  it('aborts it, and imports again', async () => {
    const file = save('a.gltf', 'one');
    const lines: string[] = [];
    const tell = (line: string) => lines.push(line);
    const { files, out, options } = { files: [file], out: join(folder, 'out'), options: {} };
    const runs: string[] = [];
    const until = (signal: AbortSignal) => untilAborted(new Promise<void>(() => {}), signal);
    const watching = watchAndImport(
      { files, out, options, json: false, poster: false, watch: true, limits: {} },
      ['room.json'],
      { out: tell, err: tell, interactive: false },
      clock,
      stop.signal,
      {
        first: signal => {
          runs.push('first');
          save('a.gltf', 'two');
          return until(signal);
        },
        again: signal => {
          runs.push('again');
          stop.abort();
          return until(signal);
        },
      },
    );
    await watching;
    expect(runs).toEqual(['first', 'again']);
    expect(lines.filter(line => line.startsWith('foyer:'))).toEqual([]);
  });
});

describe('servePreview', () => {
  it('serves the site and the room, and tells the open page of a change', async () => {
    for (const name of ['site', 'room']) mkdirSync(join(folder, name));
    save('site/index.html', '<html><head><title>t</title></head></html>');
    save('room/room.json', '{}');
    const preview = await servePreview(join(folder, 'room/room.json'), join(folder, 'site'));
    try {
      expect(await (await fetch(preview.url)).text()).toContain('<script src="/reload.js"></script></head>');
      const room = new URL(new URL(preview.url).searchParams.get('room') ?? '', preview.url);
      expect(await (await fetch(room)).json()).toEqual({});
      const changes = await fetch(new URL('/changes', preview.url));
      const reader = changes.body!.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader.read()).value).toBe(':\n\n');
      preview.reload();
      expect((await reader.read()).value).toBe('data: changed\n\n');
    } finally {
      await preview.close();
    }
  });
});
