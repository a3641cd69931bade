import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { snapshotCommand } from '../../src/cli/pictures/snapshot.ts';
import { publishCommand, tokenCommand } from '../../src/cli/publish.ts';
import { reasonOf } from '../../src/cli/reason.ts';
import { freePort } from '../../src/server/room-server.ts';

// What `foyer publish`, `token` and `snapshot` say where they cannot do what is asked.

it('names the file, the option or the server that is wrong', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-publish-'));
  writeFileSync(join(folder, 'room.json'), '{"id":"room.json","status":"success","denormalized":{}}');
  const said: string[] = [];
  const terminal = { out: () => {}, err: (text: string) => said.push(text.split('\n').at(-1)?.replaceAll(folder, 'F') ?? '') };
  const port = await freePort('127.0.0.1');
  const nowhere = `http://127.0.0.1:${port}`;
  const codes = [
    await publishCommand([join(folder, 'none'), '--to', nowhere, '--token', 't'], terminal),
    await publishCommand([folder, '--to', 'rooms.example', '--token', 't'], terminal),
    await publishCommand([folder, '--to', nowhere, '--token', '> foyer\n> tsx\n\nsecret'], terminal),
    await publishCommand([folder, '--to', nowhere, '--token', ''], terminal),
    await publishCommand([folder, '--to', nowhere, '--token', 't', '--name', ''], terminal),
    await tokenCommand(['--data', folder], terminal),
    await snapshotCommand([`${nowhere}/room.json`, '--out', join(folder, 'a.png')], terminal),
    await snapshotCommand([join(folder, 'none'), '--out', join(folder, 'a.png')], terminal),
  ];
  expect(said).toEqual([
    'foyer publish: F/none: there is no such file',
    'foyer publish: --to: an http or https URL is expected, got "rooms.example"',
    ...Array(2).fill('foyer publish: --token: one word is expected ("npm run" prints lines of its own without --silent)'),
    'foyer publish: --name: a name is expected, got ""',
    'foyer token: there is no secret in F: start foyer serve there once, or name its --data or --secret-file',
    `foyer snapshot: there is no answer (connect ECONNREFUSED 127.0.0.1:${port})`,
    'foyer snapshot: F/none is neither a URL nor a file',
  ]);
  expect(codes).toEqual([1, 2, 2, 2, 2, 2, 1, 1]);
  rmSync(folder, { recursive: true, force: true });
});

it('a message of a server cannot control the terminal', () => {
  expect(reasonOf(new Error('GET /api: \u001b]0;owned\u0007 (HTTP 500)'))).toBe('GET /api: \ufffd]0;owned\ufffd (HTTP 500)');
});

it('has a reason where all addresses of a name refuse', () => {
  const cause = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
  expect(reasonOf(new TypeError('fetch failed', { cause }))).toBe('there is no answer (ECONNREFUSED)');
});
