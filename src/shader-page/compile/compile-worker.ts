import { systemClock } from '../../core/clock.ts';
import { compileShader } from '../../d3d9/compile.ts';
import { findHints } from '../../d3d9/hints/find-hints.ts';
import { targetsOf } from '../permalink.ts';
import { compileTarget } from './compile-target.ts';
import type { CompileAnswer, Compiled, CompileRequest } from './compiled.ts';

// The worker of CompileClient: it compiles the requested source, then searches for hints until the next request.

const answer = (message: CompileAnswer) => postMessage(message);
let newest = 0;

addEventListener('message', ({ data }: MessageEvent<CompileRequest>) => {
  newest = data.id;
  try {
    const compiled = compileTarget(data.source, data.stage, data.target, systemClock);
    answer({ id: data.id, kind: 'compiled', compiled });
    void lookForHints(data, compiled);
  } catch (error) {
    answer({
      id: data.id,
      kind: 'failed',
      message: `the compiler broke down: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
});

/**
 * Compiles for the other targets of the stage. It handles waiting messages before each. @returns false where a newer request
 * arrived
 */
async function compileOthers({ id, source, stage, target }: CompileRequest): Promise<boolean> {
  for (const other of targetsOf(stage)) {
    if (other === target) continue;
    await turn();
    if (newest !== id) return false;
    const { listing: _, errors, ...usage } = compileTarget(source, stage, other, systemClock);
    if (errors.length === 0) answer({ id, kind: 'usage', target: other, usage });
  }
  return true;
}

async function lookForHints({ id, source, stage, target }: CompileRequest, compiled: Compiled): Promise<void> {
  try {
    if (compiled.errors.length === 0 && !(await compileOthers({ id, source, stage, target }))) return;
    const search = findHints(source, stage, compiled.slots, rewritten => {
      // A source that exceeds a limit still has its listing. A change may make it fit, but must not break a source that fits.
      const { slots, listing, errors } = compileShader(rewritten, { stage, target });
      const fits = errors.length === 0 || compiled.broken.length > 0;
      return listing.length > 0 && fits ? slots : undefined;
    });
    for (;;) {
      const step = compiled.errors.length > 0 ? { done: true as const, value: [] } : search.next();
      if (step.done) return answer({ id, kind: 'hints', hints: step.value });
      await turn();
      if (newest !== id) return;
    }
  } catch {
    // A rule that crashes costs the hints, not the listing.
    answer({ id, kind: 'hints', hints: [] });
  }
}

/** Lets waiting messages run. setTimeout would wait 4 ms each time. */
function turn(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
