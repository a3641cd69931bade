/** The command `foyer shader`. */

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countedAre } from '../../core/counted.ts';
import type { Defines } from '../../d3d9/source/prepare.ts';
import { TARGET_NAMES } from '../../d3d9/target.ts';
import { makeFolder } from '../../node/make-folder.ts';
import { argumentTrouble } from '../argument-trouble.ts';
import { compareWithBaseline, readBaseline, writeBaseline } from './shader-baseline.ts';
import { type Budget, readBudgets } from './shader-budget.ts';
import { captureShaders } from './shader-capture.ts';
import { budgetsOf, describe, type GivenShader, type Report, readShaderFile, readText, reportOn } from './shader-report.ts';

/** The text of `foyer shader --help`. */
export const SHADER_USAGE = `foyer shader FILE… [--target T] [--define NAME[=VALUE]]… [--json] [--budget budgets.json]
foyer shader FILE… --baseline counts.json [--update]
foyer shader --from-page URL [--seconds N] [--save FOLDER]

  What Direct3D 9 makes of GLSL ES 1.00: slots, and the listing.

  --target T    vs_2_0 (the default), vs_3_0, ps_2_0, ps_3_0; for a file of the other stage, the same model of that stage
  --define D    before the first line, as often as needed: --define SKIN=4
  --json        one line a file: file, target, slots, arithmetic, texture, listing, error, …
  --budget F    JSON, {"surface.vert": 40, "surface.vert LIT SKIN=4": {"slots": 36, "constants": 220}}: names of files, with
                defines where a variant is meant; exits 1 where a shader is over its budget
  --baseline F  prints what changed against the counts in F, as Markdown; exits 1 where a shader grew
  --update      writes the counts to the baseline
  --from-page U opens U in headless Chromium and takes every WebGL program that the page links (needs Playwright)
  --seconds N   how long that page runs after it has loaded (5)
  --save FOLDER writes its shaders there as files

  A file is a fragment shader by its name (.frag .fs .fsh .ps) or by gl_FragColor in it. #include finds files beside it and the
  chunks of three.js; Shadertoy's mainImage gets a main. Exits 1 where a shader has an error.`;

export interface ShaderOutput {
  out(line: string): void;
  err(line: string): void;
}

/**
 * Runs `foyer shader`. @param args - the arguments after the command's name.
 *
 * @returns the exit code: 0; 1 for a shader with an error, over its budget or above its baseline; 2 for wrong arguments.
 */
export async function shaderCommand(args: readonly string[], { out, err }: ShaderOutput): Promise<number> {
  let options: ReturnType<typeof readArguments>;
  let budgets: readonly Budget[];
  try {
    options = readArguments(args);
    if (options.help) {
      out(SHADER_USAGE);
      return 0;
    }
    if (options.files.length === 0 && !options.page) throw new Error('no file is named');
    budgets = options.budget === undefined ? [] : readBudgets(readText(options.budget), options.budget);
  } catch (error) {
    err(`${SHADER_USAGE}\n\nfoyer shader: ${argumentTrouble(error)}`);
    return 2;
  }
  const { shaders, good: allRead } = await givenShaders(options, err);
  const reports = shaders.flatMap(shader =>
    variantsOf(shader.file, options.defines, budgets).map(([defines, budget]) =>
      reportOn(shader, options.target, defines, budget),
    ),
  );
  let good = allRead && reports.every(r => r.error === null && r.over.length === 0);
  if (options.baseline === undefined) for (const r of reports) out(options.json ? JSON.stringify(r) : describe(r));
  else {
    try {
      good = (await useBaseline(options.baseline, options.update, reports, out)) && allRead;
    } catch (error) {
      err(`foyer shader: ${(error as Error).message}`);
      return 2;
    }
  }
  return good ? 0 : 1;
}

type Options = ReturnType<typeof readArguments>;

async function givenShaders({ files, page, seconds, save }: Options, err: (line: string) => void) {
  const shaders: GivenShader[] = [];
  let good = true;
  for (const file of files) {
    try {
      shaders.push(await readShaderFile(file));
    } catch (error) {
      err(`foyer shader: ${(error as Error).message}`);
      good = false;
    }
  }
  if (page === undefined) return { shaders, good };
  try {
    const captured = await captureShaders(page, { seconds });
    const later = captured.filter(s => /^\s*#version 300 es/.test(s.source));
    if (captured.length === 0) err(`foyer shader: ${page} linked no WebGL program within ${seconds} s`);
    if (later.length > 0) err(`foyer shader: ${countedAre(later.length, 'shader')} left out: GLSL ES 3.00 (WebGL 2)`);
    good &&= captured.length > 0;
    const taken = captured.filter(s => !later.includes(s));
    if (save !== undefined) {
      await makeFolder(save);
      for (const { file, source } of taken) await writeFile(join(save, file), source);
    }
    shaders.push(...taken);
  } catch (error) {
    err(`foyer shader: ${page}: ${(error as Error).message}`);
    good = false;
  }
  return { shaders, good };
}

/** Prints the comparison, and writes the baseline if requested. @returns false where a shader grew */
async function useBaseline(
  path: string,
  update: boolean,
  reports: readonly Report[],
  out: (line: string) => void,
): Promise<boolean> {
  const known = existsSync(path);
  if (!known && !update) throw new Error(`${path} does not exist: --update writes it`);
  const baseline = known ? readBaseline(readText(path), path) : {};
  const { markdown, grew } = compareWithBaseline(reports, baseline);
  out(markdown);
  if (!update) return !grew;
  await writeFile(path, writeBaseline(reports, baseline));
  return reports.every(r => r.error === null);
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      target: { type: 'string', short: 't' },
      define: { type: 'string', short: 'D', multiple: true },
      budget: { type: 'string' },
      baseline: { type: 'string' },
      update: { type: 'boolean' },
      'from-page': { type: 'string' },
      seconds: { type: 'string' },
      save: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const target = TARGET_NAMES.find(t => t === values.target);
  if (values.target !== undefined && !target)
    throw new Error(`--target must be one of ${TARGET_NAMES.join(', ')}, got "${values.target}"`);
  const page = values['from-page'];
  if (page !== undefined && !URL.canParse(page)) throw new Error(`--from-page needs a URL, got "${page}"`);
  const seconds = Number(values.seconds ?? 5);
  if (!(seconds >= 0 && seconds <= 600)) throw new Error(`--seconds must be 0 to 600, got "${values.seconds}"`);
  if (values.update && values.baseline === undefined) throw new Error('--update needs --baseline');
  return {
    files: positionals,
    target,
    defines: readDefineList(values.define ?? []),
    budget: values.budget,
    baseline: values.baseline,
    update: values.update ?? false,
    ...{ page, seconds, save: values.save },
    json: values.json,
    help: values.help,
  };
}

/** Reads `NAME` and `NAME=VALUE`; a value may have spaces. */
function readDefineList(list: readonly string[]): Defines {
  const defines: Record<string, string> = {};
  for (const text of list) {
    const [, name, value = ''] = /^([A-Za-z_]\w*)(?:=(.*))?$/.exec(text) ?? [];
    if (!name) throw new Error(`a define is NAME or NAME=VALUE, got "${text}"`);
    defines[name] = value;
  }
  return defines;
}

/**
 * Returns the variants of a file: one for each of its budgets, with the budget's defines; without budgets, the command line's
 * alone.
 */
function variantsOf(file: string, given: Defines, budgets: readonly Budget[]): [Defines, Budget | undefined][] {
  const own = budgetsOf(file, budgets);
  return own.length === 0 ? [[given, undefined]] : own.map(b => [{ ...given, ...readDefineList(b.defines) }, b]);
}
