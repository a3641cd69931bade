import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { createServer } from 'vite';
import { expect, it } from 'vitest';

it('the development server answers a wrong address with 404, not with the lounge', async () => {
  const root = resolve(import.meta.dirname, '..');
  const server = await createServer({
    root,
    configFile: resolve(root, 'vite.config.ts'),
    logLevel: 'error',
    server: { port: 0, strictPort: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  try {
    await server.listen();
    const { port } = server.httpServer?.address() as AddressInfo;
    const status = async (path: string) =>
      (await fetch(`http://localhost:${port}${path}`, { headers: { accept: 'text/html,*/*' } })).status;
    expect(await status('/')).toBe(200);
    expect(await status('/profile.html')).toBe(200);
    expect(await status('/rooms/nowhere/room.json')).toBe(404);
    expect(await status('/nowhere.html')).toBe(404);
  } finally {
    await server.close();
  }
});
