/** The search for hints: changes of a shader that save instruction slots. */
import type { Stage } from '../glsl/builtin-variables.ts';
import { ShaderError } from '../shader-error.ts';
import { cheaperArithmetic, reciprocalUniform } from './arithmetic/cheaper-arithmetic.ts';
import { cheaperPowers } from './arithmetic/cheaper-powers.ts';
import { cheaperVectors } from './arithmetic/cheaper-vectors.ts';
import { intConversion } from './arithmetic/int-conversion.ts';
import { redundantNormalize } from './arithmetic/redundant-normalize.ts';
import { sharedLanes } from './arithmetic/shared-lanes.ts';
import { applyEdits, type Candidate, type Hint } from './hint.ts';
import { toVertex } from './hoisting/to-vertex.ts';
import { uniformOnly } from './hoisting/uniform-only.ts';
import { attributeW } from './inputs/attribute-w.ts';
import { rowArrays } from './inputs/row-arrays.ts';
import { structArrays } from './inputs/struct-arrays.ts';
import { depthRow } from './matrices/depth-row.ts';
import { matrixAssociation } from './matrices/matrix-association.ts';
import { matrixColumns } from './matrices/matrix-columns.ts';
import { matrixRows } from './matrices/matrix-rows.ts';
import { NotInSource, ShaderText } from './shader-text.ts';

/** Finds changes of one kind. It may throw NotInSource for code that a macro produced. */
export type Rule = (shader: ShaderText) => Iterable<Candidate>;

const RULES: Readonly<Record<Stage, readonly Rule[]>> = {
  vertex: [
    intConversion,
    matrixAssociation,
    attributeW,
    structArrays,
    rowArrays,
    matrixRows,
    matrixColumns,
    depthRow,
    redundantNormalize,
    uniformOnly,
    reciprocalUniform,
    sharedLanes,
    cheaperPowers,
    cheaperVectors,
    cheaperArithmetic,
  ],
  fragment: [
    matrixAssociation,
    redundantNormalize,
    uniformOnly,
    reciprocalUniform,
    matrixColumns,
    sharedLanes,
    toVertex,
    intConversion,
    cheaperPowers,
    cheaperVectors,
    cheaperArithmetic,
  ],
};

/** The most candidates compiled for one shader. Each takes about 5 ms. */
const MOST = 40;

/** Counts the slots of a source for the page's target. Undefined where it does not compile or exceeds a limit. */
export type CountSlots = (source: string) => number | undefined;

/** The most changes that the combined hint contains. */
const MOST_TOGETHER = 6;

/**
 * Finds changes that save slots, the largest saving first. Where several do, their combination precedes them.
 * Every hint was compiled. Changes that do not compile or save nothing are left out.
 * Yields after every compilation, so a worker can check for newer input.
 */
export function* findHints(source: string, stage: Stage, slots: number, count: CountSlots): Generator<undefined, Hint[]> {
  const hints = yield* search(source, stage, slots, count);
  const all = hints.length < 2 ? undefined : yield* together(hints, stage, slots, count);
  return all ? [all, ...hints] : hints;
}

/** Finds hints that each contain one change. */
function* search(source: string, stage: Stage, slots: number, count: CountSlots): Generator<undefined, Hint[]> {
  const hints: Hint[] = [];
  const tried = new Set<string>();
  for (const candidate of candidates(source, stage)) {
    if (tried.size >= MOST) break;
    const { title, explanation, line, edits, otherwise = [] } = candidate;
    let best: Hint | undefined;
    for (const way of [edits, ...otherwise]) {
      const rewritten = applyEdits(source.replace(/\r\n?/g, '\n'), way);
      if (rewritten === undefined || tried.has(rewritten)) continue;
      tried.add(rewritten);
      const after = count(rewritten);
      if (after !== undefined && after < slots - (best?.saves ?? 0))
        best = { title, explanation, line, rewritten, saves: slots - after };
      yield undefined;
    }
    if (best) hints.push(best);
  }
  return hints.sort((a, b) => b.saves - a.saves || a.line - b.line);
}

/** Combines hints: applies the best one, searches again, and so on. Savings do not simply add up. */
function* together(
  [best]: readonly Hint[],
  stage: Stage,
  slots: number,
  count: CountSlots,
): Generator<undefined, Hint | undefined> {
  const made = [best];
  let saves = best.saves;
  while (made.length < MOST_TOGETHER) {
    const [next] = yield* search(made[made.length - 1].rewritten, stage, slots - saves, count);
    if (!next) break;
    made.push(next);
    saves += next.saves;
  }
  if (made.length < 2) return undefined;
  return {
    title: 'Several changes together',
    explanation: made.map(h => `${h.title} (${h.saves}).`).join(' '),
    line: Math.min(...made.map(h => h.line)),
    rewritten: made[made.length - 1].rewritten,
    saves,
  };
}

function* candidates(source: string, stage: Stage): Generator<Candidate> {
  let shader: ShaderText;
  try {
    shader = new ShaderText(source, stage);
  } catch (error) {
    // The compiler already reports this error to the author.
    if (error instanceof ShaderError) return;
    throw error;
  }
  for (const rule of RULES[stage]) {
    try {
      yield* rule(shader);
    } catch (error) {
      if (!(error instanceof NotInSource)) throw error;
    }
  }
}
