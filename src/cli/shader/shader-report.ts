/** Compiles a shader and reports its cost. */
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { counted } from '../../core/counted.ts';
import { compileShader } from '../../d3d9/compile.ts';
import { executedOf } from '../../d3d9/executed.ts';
import type { Stage } from '../../d3d9/glsl/builtin-variables.ts';
import type { Usage } from '../../d3d9/limits.ts';
import { type FindInclude, includedNames } from '../../d3d9/source/includes.ts';
import { type Defines, prepareSource } from '../../d3d9/source/prepare.ts';
import { writeDefines } from '../../d3d9/source/variants.ts';
import type { TargetName } from '../../d3d9/target.ts';
import { type Budget, overBudget } from './shader-budget.ts';

/** The compiled result of one variant of a shader. */
export interface Report extends Usage {
  readonly file: string;
  readonly target: TargetName;
  /** `LIT SKIN=4` */
  readonly defines: string;
  /** Maximum slots that one vertex or pixel executes; more than `slots` where the listing keeps loops. */
  readonly executed: number;
  readonly listing: readonly string[];
  /** The first error or exceeded limit as a sentence; null where there is none. */
  readonly error: string | null;
  /** The exceeded budgets, one sentence each. */
  readonly over: readonly string[];
}

/** A shader to report on. */
export interface GivenShader {
  /** Path or name. */
  readonly file: string;
  readonly stage: Stage;
  readonly source: string;
  readonly include?: FindInclude;
  readonly chunk?: FindInclude;
}

/** Reads a text as `fetch` does: without the byte order mark that Windows editors write. @throws Error of the file system */
export const readText = (file: string): string => new TextDecoder().decode(readFileSync(file));

/** Reads a shader and the files beside it, which it may include. @throws Error of the file system */
export async function readShaderFile(file: string): Promise<GivenShader> {
  const source = readText(file);
  const fragment =
    /\.(frag|fs|fsh|ps)(\.glsl)?$/i.test(file) ||
    (!/\.(vert|vs|vsh)(\.glsl)?$/i.test(file) && /\bgl_Frag(Color|Data)\b|\bvoid\s+mainImage\b/.test(source));
  const include: FindInclude = name => {
    try {
      return readText(resolve(dirname(file), name));
    } catch {
      return undefined;
    }
  };
  const chunk = includedNames(source).some(name => include(name) === undefined) ? await threeChunks() : undefined;
  return { file, stage: fragment ? 'fragment' : 'vertex', source, include, ...(chunk ? { chunk } : {}) };
}

/** Returns three's shader chunks, where three is installed. */
async function threeChunks(): Promise<FindInclude | undefined> {
  try {
    const { ShaderChunk } = await import('three');
    const chunks = ShaderChunk as unknown as Readonly<Record<string, string>>;
    return name => (Object.hasOwn(chunks, name) ? chunks[name] : undefined);
  } catch {
    return undefined;
  }
}

/** Compiles for the requested target, or for the same shader model in the shader's stage. */
export function reportOn(given: GivenShader, wanted: TargetName | undefined, defines: Defines, budget?: Budget): Report {
  const { file, stage, source, include, chunk } = given;
  const target = `${stage === 'fragment' ? 'ps' : 'vs'}${(wanted ?? 'vs_2_0').slice(2)}` as TargetName;
  const prepared = prepareSource(source, { stage, defines, ...(include ? { include } : {}), ...(chunk ? { chunk } : {}) });
  const result = compileShader(prepared.text, { stage, target });
  const [error] = result.errors;
  const { slots, arithmetic, texture, constants, temporaries, interpolators, dependentReads } = result;
  const counts = { slots, arithmetic, texture, constants, temporaries, interpolators, dependentReads };
  const executed = executedOf(result.listing).most;
  let message: string | null = null;
  if (error) {
    const row = error.row ?? error.line;
    // A line that #line numbered keeps its number; other lines use the numbers of the file.
    const line = row === error.line ? prepared.rows[row - 1] || error.line : error.line;
    // An error without a line is an exceeded limit of the target.
    message = error.line > 0 ? `line ${line}, column ${error.column}: ${error.message}` : error.message;
  }
  return {
    ...{ file, target, defines: writeDefines(defines), ...counts, executed },
    listing: result.listing.map(i => i.text),
    error: message,
    over: error || !budget ? [] : overBudget(budget, { ...counts, executed }),
  };
}

/** Formats the report as text. */
export function describe(r: Report): string {
  const name = r.defines ? `${r.file} (${r.defines})` : r.file;
  if (r.error) return `${name}  ${r.target}  ${r.error}`;
  const executed = r.executed === r.slots ? '' : `, at most ${r.executed} executed`;
  const head = `${name}  ${r.target}  ${counted(r.slots, 'slot')} (${r.arithmetic} arithmetic, ${r.texture} texture)${executed}, ${counted(r.constants, 'constant')}`;
  return [head, ...r.over.map(text => `  OVER BUDGET: ${text}`), ...indented(r.listing)].join('\n');
}

/** Indents a listing, and what is in its loops and branches once more. */
function indented(listing: readonly string[]): string[] {
  let depth = 2;
  return listing.map(line => {
    if (/^(endrep|endloop|endif|else)\b/.test(line)) depth--;
    const text = '  '.repeat(depth) + line;
    if (/^(rep|loop|else)\b|^if/.test(line)) depth++;
    return text;
  });
}

/** Returns the budgets of a file. They name it by its path, the end of its path or its name. */
export const budgetsOf = (file: string, budgets: readonly Budget[]): Budget[] =>
  budgets.filter(b => b.file === basename(file) || file.endsWith(`/${b.file}`) || file === b.file);
