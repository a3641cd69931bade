/** Reads the arguments of `foyer import` and `foyer room`. */
import { parseArgs } from 'node:util';
import type { ReadOptions } from '../../import/read-options.ts';
import type { ReadLimits } from '../../import/reading/model-reader-thread.ts';
import type { WriteOptions } from '../../import/write/write-options.ts';
import { argumentTrouble } from '../argument-trouble.ts';

/** What the arguments of `foyer import` and `foyer room` say. */
export interface ImportArguments {
  readonly files: readonly string[];
  readonly out: string;
  readonly json: boolean;
  readonly poster: boolean;
  readonly watch: boolean;
  readonly options: WriteOptions & ReadOptions;
  readonly limits: ReadLimits;
}

/** Reads the arguments. @returns what is wrong with them, in place of what they say. */
export function parseImportArguments(args: readonly string[]): ImportArguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        json: { type: 'boolean', default: false },
        strict: { type: 'boolean', default: false },
        root: { type: 'string' },
        'no-ktx2': { type: 'boolean', default: false },
        gzip: { type: 'boolean', default: false },
        bundles: { type: 'boolean', default: false },
        cache: { type: 'string', default: '.cache/import' },
        weights: { type: 'string', default: '4' },
        levels: { type: 'string', default: '7' },
        bake: { type: 'boolean', default: false },
        poster: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        rays: { type: 'string', default: '64' },
        seconds: { type: 'string', default: '60' },
        memory: { type: 'string', default: '800' },
      },
    });
    if (positionals.length === 0) return 'no file named';
    // The empty name would be the current folder: mostly a variable of a script that is not set.
    if (positionals.includes('')) return 'a file has an empty name';
    if (positionals.includes('-')) return 'standard input is not read: name a file';
    if (values.out === undefined || values.out === '') return '--out DIR is missing';
    for (const name of ['cache', 'root'] as const) if (values[name] === '') return `--${name} takes a folder, not ""`;
    if (!/^[1-4]$/.test(values.weights)) return `--weights takes 1 to 4, not "${values.weights}"`;
    if (!/^[0-8]$/.test(values.levels)) return `--levels takes 0 to 8, not "${values.levels}"`;
    const rays = Number(values.rays);
    if (!Number.isInteger(rays) || rays < 8 || rays > 1024) return `--rays takes 8 to 1024, not "${values.rays}"`;
    const limits = { seconds: Number(values.seconds), megabytes: Number(values.memory) };
    if (!(limits.seconds >= 1 && limits.seconds <= 3600)) return `--seconds takes 1 to 3600, not "${values.seconds}"`;
    if (!(limits.megabytes >= 64 && limits.megabytes <= 16384)) return `--memory takes 64 to 16384, not "${values.memory}"`;
    const options = {
      ...(values.bake ? { bake: { rays } } : {}),
      ktx2: !values['no-ktx2'],
      gzip: values.gzip,
      bundles: values.bundles,
      cache: values.cache,
      ...(values.strict ? { strict: true } : {}),
      ...(values.root === undefined ? {} : { root: values.root }),
      maxWeights: Number(values.weights),
      levels: Number(values.levels),
    };
    const { json, poster, watch } = values;
    return { files: positionals, out: values.out, json, poster, watch, options, limits };
  } catch (error) {
    return argumentTrouble(error);
  }
}
