import type { Clock } from '../../core/clock.ts';
import { compileShader } from '../../d3d9/compile.ts';
import { executedOf } from '../../d3d9/executed.ts';
import type { Stage, Target } from '../permalink.ts';
import type { Compiled } from './compiled.ts';

/** Compiles a shader and returns the parts of the result that the page shows. */
export function compileTarget(source: string, stage: Stage, target: Target, clock: Clock): Compiled {
  const start = clock.now();
  const result = compileShader(source, { stage, target });
  const { slots, arithmetic, texture, constants, temporaries, interpolators, dependentReads, listing, errors } = result;
  return {
    ...{ slots, arithmetic, texture, constants, temporaries, interpolators, dependentReads },
    units: new Set(listing.flatMap(i => i.text.match(/\bs\d+\b/g) ?? [])).size,
    listing: listing.map(i => ({ text: i.text, lines: i.lines, slots: i.slots })),
    // An error without a line reports an exceeded limit of the target.
    broken: errors.filter(e => e.line === 0).map(e => e.message),
    errors: errors.filter(e => e.line > 0),
    executed: executedOf(listing),
    milliseconds: clock.now() - start,
  };
}
