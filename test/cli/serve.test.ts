import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveCommand } from '../../src/cli/serve.ts';
import { whyNotStarted } from '../../src/cli/serve-trouble.ts';
import { FormatError } from '../../src/core/errors.ts';

// What `foyer serve` says where it cannot start.

const root = join(import.meta.dirname, '../..');
let folder: string;
let err: string[];
const serve = (...args: string[]) => serveCommand(args, { out: () => {}, err: line => err.push(line) });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-serve-'));
  err = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('foyer serve', () => {
  it('ends where its port is taken, and says which', async () => {
    const taken = createServer();
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    // A process of its own: what is left open would keep it alive.
    const args = [
      '--import',
      'tsx',
      join(root, 'src/cli/main.ts'),
      'serve',
      '--port',
      String(port),
      '--data',
      join(folder, 'data'),
    ];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', text => (said += text));
    const code = await new Promise(resolve => child.once('exit', resolve));
    taken.close();
    expect([code, said]).toEqual([1, expect.stringContaining(`port ${port} of 127.0.0.1 is in use`)]);
  }, 30_000);

  it('warns where a room is chosen and the data folder has rooms', async () => {
    const room = join(root, 'public/rooms/lounge/room.json');
    const args = ['serve', '--port', '0', '--data', join(folder, 'data'), '--log-level', 'warn', '--room', room];
    /** The first that it says there. */
    const said = async (where: 'stdout' | 'stderr'): Promise<string> => {
      const command = ['--import', 'tsx', join(root, 'src/cli/main.ts'), ...args];
      const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
      const first = await new Promise(resolve => child[where].once('data', resolve));
      child.kill();
      await new Promise(resolve => child.once('exit', resolve));
      return String(first);
    };
    expect(await said('stdout')).toMatch(/^foyer serves http/);
    expect(await said('stderr')).toContain('--room is not read: there are rooms already');
  }, 60_000);

  it('refuses a room, a site, a data folder and a certificate that are not there', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '{"half":');
    const codes = [
      await serve('--room', join(folder, 'none.json')),
      await serve('--site', folder),
      await serve('--data', file),
      await serve('--data', join(folder, 'a'), '--tls-cert', join(folder, 'x.pem'), '--tls-key', file),
      await serve('--data', join(folder, 'b'), '--room', file),
    ];
    expect(codes).toEqual([2, 2, 1, 1, 1]);
    expect(err.map(text => text.split('\n').at(-1)?.replaceAll(folder, 'F'))).toEqual([
      'foyer serve: --room: there is no file F/none.json',
      'foyer serve: --site: there is no index.html in F',
      'foyer serve: F/file: there is a file of that name',
      'foyer serve: F/x.pem: there is no such file',
      expect.stringMatching(/^foyer serve: not JSON \(.*\): file:\/\/F\/file$/),
    ]);
  });

  it('starts again after it stopped without a room', async () => {
    const data = join(folder, 'data');
    mkdirSync(join(data, 'checkpoints'), { recursive: true });
    const { startServer } = await import('../../src/server/start.ts');
    for (let i = 0; i < 2; i++)
      await (await startServer({ data, port: 0, host: '127.0.0.1', version: '1', logLevel: 'silent' })).close();
  });
});

it('says which room is none', () => {
  const error = new FormatError('status is missing', { url: 'file:///a/chair.gltf', at: 'status' });
  expect(whyNotStarted(error)).toBe(
    '--room: /a/chair.gltf is no room that foyer wrote ("foyer import" and "foyer room" write one)',
  );
});

it.each([
  [
    { syscall: 'listen', code: 'EACCES', port: 80 },
    'port 80 needs more rights than this user has: name one from 1024 (--port N)',
  ],
  [{ syscall: 'listen', code: 'EADDRNOTAVAIL', address: '8.8.8.8' }, 'this machine has no address 8.8.8.8 (--host ADDRESS)'],
  [{ syscall: 'getaddrinfo', code: 'ENOTFOUND', hostname: 'nowhere' }, '--host: nowhere is no address of this machine'],
  [{ message: 'the log has ended' }, 'the log has ended'],
])('%o is said in words', (fields, words) => {
  expect(whyNotStarted(Object.assign(new Error(), fields))).toBe(words);
});
