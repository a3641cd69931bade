import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serveFiles } from './browser/file-server.ts';

// Once a page asked for a script while its test removed the folder, and the unhandled error of the stream failed the whole run.
it('the file server of the browser tests cuts the answer where a file cannot be read, and goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-files-'));
  mkdirSync(join(folder, 'gone.js', 'index.html'), { recursive: true });
  writeFileSync(join(folder, 'here.js'), 'here');
  const server = await serveFiles({ '/': folder });
  try {
    await expect(fetch(`${server.url}gone.js`).then(answer => answer.text())).rejects.toThrow();
    expect(await (await fetch(`${server.url}here.js`)).text()).toBe('here');
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
});
