import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const text = (file: string) => readFileSync(resolve(root, file), 'utf8');
const scripts: Record<string, string> = JSON.parse(text('package.json')).scripts;

// `.npmrc` lets no package run scripts at its installation. npm then skips this project's own too: a `prepack` that builds never ran,
// and `npm pack` packed three files without a word.
it('has no script that npm would have to run by itself', () => {
  expect(text('.npmrc')).toContain('ignore-scripts=true');
  const own = Object.keys(scripts).filter(name => /^(pre|post)|^(install|prepare|dependencies|publish)$/.test(name));
  expect(own).toEqual([]);
});

it('is not packed by `npm pack`, which could not build it: it says no', () => {
  const { status, stderr } = spawnSync('npm', ['pack', '--dry-run'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  expect(status).not.toBe(0);
  expect(stderr).toContain('must have name and version');
});

it('has every script that the documents name', () => {
  const files = [
    'README.md',
    'CHANGELOG.md',
    ...['viewer', 'import', 'streaming', 'performance', 'shaders'].map(name => `docs/${name}.md`),
  ];
  const named = files.flatMap(file => [...text(file).matchAll(/`npm run ([\w:-]+)/g)].map(match => match[1]));
  expect(new Set(named).size).toBeGreaterThan(5);
  expect(named.filter(name => !(name in scripts))).toEqual([]);
});
