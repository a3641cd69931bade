/** What the built pages and the library weigh: KB of gzip, of what loads first and of what loads on demand. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface BundleSize {
  /** KB (1,024 bytes) of gzip that load before anything runs: the entry and its static imports. */
  readonly first: number;
  /** The same of every other script and style sheet that the entry may load on demand. */
  readonly onDemand: number;
}

export type BundleSizes = Readonly<Record<string, BundleSize>>;

/** More than this, in KB, is a change that the record must show. */
export const TOLERANCE_KB = 0.5;

/** @param dist - the folder with `site` and `lib`, both built. */
export function bundleSizes(dist: string): BundleSizes {
  return {
    viewer: sizeOf(join(dist, 'site/index.html')),
    'shader page': sizeOf(join(dist, 'site/profile.html')),
    foyer: sizeOf(join(dist, 'lib/foyer.js')),
    'foyer/three': sizeOf(join(dist, 'lib/three.js')),
  };
}

/** The entries whose size is not the recorded one, as lines for a person. */
export function changedSizes(now: BundleSizes, recorded: BundleSizes): string[] {
  const lines: string[] = [];
  for (const name of new Set([...Object.keys(now), ...Object.keys(recorded)]))
    for (const part of ['first', 'onDemand'] as const) {
      const [is, was] = [now[name]?.[part], recorded[name]?.[part]];
      if (is === undefined || was === undefined || Math.abs(is - was) > TOLERANCE_KB)
        lines.push(`${name}, ${part}: ${was} KB recorded, ${is} KB now`);
    }
  return lines;
}

function sizeOf(entry: string): BundleSize {
  const first = closure([entry], staticImports);
  const all = closure([entry], text => [...staticImports(text), ...namedFiles(text)]);
  const kilobytes = (files: Iterable<string>) => {
    let bytes = 0;
    for (const file of files) bytes += gzipSync(readFileSync(file)).length;
    return Math.round((bytes / 1024) * 10) / 10;
  };
  return { first: kilobytes(first), onDemand: kilobytes([...all].filter(file => !first.has(file))) };
}

function closure(entries: readonly string[], importsOf: (text: string) => string[]): Set<string> {
  const found = new Set(entries);
  for (const file of found) {
    const present = new Set(readdirSync(dirname(file)));
    for (const name of importsOf(readFileSync(file, 'utf8'))) {
      const target = join(dirname(file), name);
      if (present.has(name) || name.includes('/')) found.add(target);
    }
  }
  return found;
}

/** Relative paths that a page or module loads at once: `import … from "./a.js"`, `<script src>`, `modulepreload`, style sheets. */
function staticImports(text: string): string[] {
  const modules = [...text.matchAll(/(?:\bfrom|\bimport)\s*["'](\.\/[^"']+\.js)["']/g)];
  const tags = [...text.matchAll(/(?:src|href)="(\.\/assets\/[^"]+\.(?:js|css))"/g)];
  return [...modules, ...tags].map(([, path]) => path.slice(2));
}

/** Scripts that a module names anywhere: dynamic imports and workers. */
function namedFiles(text: string): string[] {
  return [...text.matchAll(/["'`](?:\.\/)?((?:assets\/)?[\w.-]+\.(?:js|css))["'`]/g)].map(([, path]) => path);
}
