import type { Stage } from '../glsl/builtin-variables.ts';
import { ShaderError } from '../shader-error.ts';
import { attributeW } from './attribute-w.ts';
import { cheaperArithmetic, reciprocalUniform } from './cheaper-arithmetic.ts';
import { cheaperPowers } from './cheaper-powers.ts';
import { cheaperVectors } from './cheaper-vectors.ts';
import { depthRow } from './depth-row.ts';
import { applyEdits, type Candidate, type Hint } from './hint.ts';
import { intConversion } from './int-conversion.ts';
import { matrixAssociation } from './matrix-association.ts';
import { matrixColumns } from './matrix-columns.ts';
import { matrixRows } from './matrix-rows.ts';
import { redundantNormalize } from './redundant-normalize.ts';
import { rowArrays } from './row-arrays.ts';
import { NotInSource, ShaderText } from './shader-text.ts';
import { sharedLanes } from './shared-lanes.ts';
import { structArrays } from './struct-arrays.ts';
import { toVertex } from './to-vertex.ts';
import { uniformOnly } from './uniform-only.ts';

/** Finds changes of one kind; may throw NotInSource for what a macro wrote. */
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

/** Compilations of candidates for one shader: at 5 ms each it stays a moment. */
const MOST = 40;

/** Slots of a source for the target that the page shows; undefined where it does not compile or does not fit. */
export type CountSlots = (source: string) => number | undefined;

/** Changes that are made one on top of the other for the last hint. */
const MOST_TOGETHER = 6;

/**
 * Changes that save slots, the largest saving first; where several do, all of them together stand before them. Every one was
 * compiled, none is guessed: what does not compile or saves nothing is left out. Yields after every compilation, so that a
 * worker can look whether somebody typed on.
 */
export function* findHints(source: string, stage: Stage, slots: number, count: CountSlots): Generator<undefined, Hint[]> {
  const hints = yield* search(source, stage, slots, count);
  const all = hints.length < 2 ? undefined : yield* together(hints, stage, slots, count);
  return all ? [all, ...hints] : hints;
}

/** Hints that were each made alone. */
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

/** Takes the best hint, then the best for what it left, and so on: savings do not simply add up. */
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
    // The compiler has told the author already.
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
