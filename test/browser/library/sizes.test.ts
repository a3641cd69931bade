import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { afterEach, expect, it, vi } from 'vitest';
import { type BundleSizes, bundleSizes, changedSizes } from '../../sizes/bundle-sizes.ts';

const root = resolve(import.meta.dirname, '../../..');
const recorded: BundleSizes = JSON.parse(readFileSync(join(root, 'docs/sizes.json'), 'utf8'));

afterEach(() => vi.unstubAllEnvs());

// The suite's set-up has built the site, as this test builds the library: for production. A change of more than 0.5 KB must show in the diff of docs/sizes.json.
it('page and library weigh what docs/sizes.json records', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  await build({ root, configFile: join(root, 'vite.lib.config.ts'), logLevel: 'warn' });
  const now = bundleSizes(join(root, 'dist'));
  expect(changedSizes(now, recorded), 'run "npm run build && npm run sizes"').toEqual([]);
  expect(changedSizes(now, { ...recorded, viewer: { first: 1, onDemand: now.viewer.onDemand } })).toHaveLength(1);
});
