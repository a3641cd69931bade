/** Builds the site of the working tree or of another commit, and reads it as a server's files. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { mediaTypes } from '../../browser/file-server.ts';
import type { ServedFile } from '../stream/link/shaped-server.ts';

const root = resolve(import.meta.dirname, '../../..');

/**
 * Builds the site and returns its folder. A commit is checked out once, as a worktree in `.cache/start`, and uses the packages
 * that are installed here.
 *
 * @param ref - a commit, as git names it; `.` is the working tree; a folder with a built site is taken as it is.
 */
export function buildSite(ref: string): string {
  if (existsSync(join(ref, 'index.html')) && ref !== '.') return resolve(ref);
  if (ref === '.') {
    run(root, join(root, 'dist/site'));
    return join(root, 'dist/site');
  }
  const commit = execFileSync('git', ['rev-parse', ref], { cwd: root, encoding: 'utf8' }).trim();
  const tree = join(root, '.cache/start', commit.slice(0, 12));
  const site = join(tree, 'dist/site');
  if (existsSync(join(site, 'index.html'))) return site;
  if (!existsSync(tree)) execFileSync('git', ['worktree', 'add', '--detach', tree, commit], { cwd: root, stdio: 'ignore' });
  if (!existsSync(join(tree, 'node_modules'))) symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  run(tree, site);
  return site;
}

function run(folder: string, site: string): void {
  execFileSync('npx', ['vite', 'build', '--logLevel', 'error', '--outDir', site, '--emptyOutDir'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/**
 * Reads a built site: path -> file. Texts are compressed as a web server would; what a hash names may be kept.
 *
 * @param room - the folder of the room that the page opens instead of its own.
 */
export function readSite(folder: string, room?: string): Map<string, ServedFile> {
  const files = new Map<string, ServedFile>();
  const add = (at: string, from: string): void => {
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      const [path, file] = [`${at}/${entry.name}`, join(from, entry.name)];
      if (entry.isDirectory()) add(path, file);
      else files.set(path, served(file, /\/(assets|resources)\//.test(path)));
    }
  };
  add('', folder);
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  if (room) {
    add('/rooms/bench', room);
    const own = html.replaceAll('rooms/lounge/', 'rooms/bench/');
    // What the build wrote into the page for its own room is of no use to another.
    files.set('/', page(own.replace(/<link[^>]+rooms\/bench\/resources[^>]+>\s*/g, '')));
  } else files.set('/', page(html));
  return files;
}

function served(file: string, immutable: boolean): ServedFile {
  const body = readFileSync(file);
  const type = mediaTypes[extname(file)] ?? 'application/octet-stream';
  const isText = /^text|json|wasm/.test(type);
  return isText ? { body: gzipSync(body), type, immutable, encoding: 'gzip' } : { body, type, immutable };
}

function page(html: string): ServedFile {
  return { body: gzipSync(html), type: mediaTypes['.html'], encoding: 'gzip' };
}
