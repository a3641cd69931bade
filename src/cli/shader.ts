import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { compileShader } from '../d3d9/compile.ts';
import type { Usage } from '../d3d9/limits.ts';
import { type Budget, overBudget, readBudgets } from './shader-budget.ts';

/** What `foyer shader --help` says. */
export const SHADER_USAGE = `foyer shader FILE… [--target T] [--define NAME[=VALUE]]… [--json] [--budget budgets.json]

  What Direct3D 9 makes of GLSL ES 1.00: slots, and the listing.

  --target T    vs_2_0 (the default), vs_3_0, ps_2_0, ps_3_0; for a file of the other stage, the same model of that stage
  --define D    before the first line, as often as needed: --define SKIN=4
  --json        one line a file: file, target, slots, arithmetic, texture, listing, error, …
  --budget F    JSON, {"surface.vert": 40, "surface.vert LIT SKIN=4": {"slots": 36, "constants": 220}}: names of files, with
                defines where a variant is meant; exits 1 where a shader is over its budget

  A file is a fragment shader by its name (.frag .fs .fsh .ps) or by gl_FragColor in it. Exits 1 where a shader has an error.`;

const TARGETS = ['vs_2_0', 'vs_3_0', 'ps_2_0', 'ps_3_0'] as const;
type Target = (typeof TARGETS)[number];
type Defines = Readonly<Record<string, string>>;

/** One file as one variant, compiled. */
interface Report extends Usage {
  readonly file: string;
  readonly target: Target;
  /** `LIT SKIN=4` */
  readonly defines: string;
  readonly listing: readonly string[];
  /** The first error or broken limit as a sentence; null where it is fine. */
  readonly error: string | null;
  /** What is over its budget, one sentence each. */
  readonly over: readonly string[];
}

export interface ShaderOutput {
  out(line: string): void;
  err(line: string): void;
}

/**
 * `foyer shader`: the arguments behind the word.
 *
 * @returns the exit code: 0, 1 for a shader with an error or over its budget, 2 for wrong arguments.
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
    if (options.files.length === 0) throw new Error('no file is named');
    budgets = options.budget === undefined ? [] : readBudgets(await readFile(options.budget, 'utf8'), options.budget);
  } catch (error) {
    err(`foyer shader: ${(error as Error).message}\n\n${SHADER_USAGE}`);
    return 2;
  }
  let good = true;
  for (const file of options.files) {
    let source: string;
    try {
      source = await readFile(file, 'utf8');
    } catch (error) {
      err(`foyer shader: ${(error as Error).message}`);
      good = false;
      continue;
    }
    for (const [defines, budget] of variantsOf(file, options.defines, budgets)) {
      const report = compile(file, source, options.target, defines, budget);
      good &&= report.error === null && report.over.length === 0;
      out(options.json ? JSON.stringify(report) : describe(report));
    }
  }
  return good ? 0 : 1;
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      target: { type: 'string', short: 't' },
      define: { type: 'string', short: 'D', multiple: true },
      budget: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const target = TARGETS.find(t => t === values.target);
  if (values.target !== undefined && !target)
    throw new Error(`--target must be one of ${TARGETS.join(', ')}, got "${values.target}"`);
  return {
    files: positionals,
    target,
    defines: readDefines(values.define ?? []),
    budget: values.budget,
    json: values.json,
    help: values.help,
  };
}

function readDefines(list: readonly string[]): Defines {
  const defines: Record<string, string> = {};
  for (const text of list) {
    const [, name, value = ''] = /^([A-Za-z_]\w*)(?:=(.*))?$/.exec(text) ?? [];
    if (!name) throw new Error(`a define is NAME or NAME=VALUE, got "${text}"`);
    defines[name] = value;
  }
  return defines;
}

/** As the command line says and, for each budget of this file, with the defines that it names. */
function variantsOf(file: string, given: Defines, budgets: readonly Budget[]): [Defines, Budget | undefined][] {
  const own = budgets.filter(b => b.file === basename(file) || file.endsWith(`/${b.file}`) || file === b.file);
  return own.length === 0 ? [[given, undefined]] : own.map(b => [{ ...given, ...readDefines(b.defines) }, b]);
}

function compile(file: string, source: string, wanted: Target | undefined, defines: Defines, budget: Budget | undefined): Report {
  const fragment =
    /\.(frag|fs|fsh|ps)(\.glsl)?$/i.test(file) ||
    (!/\.(vert|vs|vsh)(\.glsl)?$/i.test(file) && /\bgl_Frag(Color|Data)\b/.test(source));
  const target = `${fragment ? 'ps' : 'vs'}${(wanted ?? 'vs_2_0').slice(2)}` as Target;
  const preamble = Object.entries(defines).map(([name, value]) => `#define ${name} ${value}\n`);
  const result = compileShader(preamble.join('') + source, { stage: fragment ? 'fragment' : 'vertex', target });
  const [error] = result.errors;
  const counts = {
    slots: result.slots,
    arithmetic: result.arithmetic,
    texture: result.texture,
    constants: result.constants,
    temporaries: result.temporaries,
    interpolators: result.interpolators,
    dependentReads: result.dependentReads,
  };
  return {
    file,
    target,
    defines: Object.entries(defines)
      .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
      .join(' '),
    ...counts,
    listing: result.listing.map(i => i.text),
    // An error without a line is a limit of the target.
    error: error
      ? (error.line > 0 ? `line ${Math.max(1, error.line - preamble.length)}, column ${error.column}: ` : '') + error.message
      : null,
    over: error || !budget ? [] : overBudget(budget, counts),
  };
}

function describe(r: Report): string {
  const name = r.defines ? `${r.file} (${r.defines})` : r.file;
  if (r.error) return `${name}  ${r.target}  ${r.error}`;
  const head = `${name}  ${r.target}  ${r.slots} slots (${r.arithmetic} arithmetic, ${r.texture} texture), ${r.constants} constants`;
  return [head, ...r.over.map(text => `  OVER BUDGET: ${text}`), ...r.listing.map(line => `    ${line}`)].join('\n');
}
