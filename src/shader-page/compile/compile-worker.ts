import { type Clock, systemClock } from '../../core/clock.ts';
import { compileShader } from '../../d3d9/compile.ts';
import { findHints } from '../../d3d9/hints/find-hints.ts';
import type { CompileAnswer, Compiled, CompileRequest } from './compiled.ts';

// The worker behind CompileClient: compiles what it is asked for, then looks for hints until somebody types on.

const answer = (message: CompileAnswer) => postMessage(message);
let newest = 0;

addEventListener('message', ({ data }: MessageEvent<CompileRequest>) => {
  newest = data.id;
  try {
    const compiled = compile(data, systemClock);
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

function compile({ source, stage, target }: CompileRequest, clock: Clock): Compiled {
  const start = clock.now();
  const { listing, slots, arithmetic, texture, constants, temporaries, interpolators, dependentReads, errors } = compileShader(
    source,
    {
      stage,
      target,
    },
  );
  return {
    ...{ slots, arithmetic, texture, constants, temporaries, interpolators, dependentReads },
    listing: listing.map(i => ({ text: i.text, lines: i.lines, slots: i.slots })),
    // An error without a line is a limit of the target.
    broken: errors.filter(e => e.line === 0).map(e => e.message),
    errors: errors.filter(e => e.line > 0),
    milliseconds: clock.now() - start,
  };
}

async function lookForHints({ id, source, stage, target }: CompileRequest, compiled: Compiled): Promise<void> {
  try {
    const search = findHints(source, stage, compiled.slots, rewritten => {
      // What breaks a limit has its listing all the same: a change may make it fit, but none may break what was whole.
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
    // A rule that breaks down takes the hints with it, not the listing.
    answer({ id, kind: 'hints', hints: [] });
  }
}

/** Lets waiting messages in; setTimeout would wait 4 ms each time. */
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
