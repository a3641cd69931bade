// Compares slot counts with Microsoft's compiler on generated shaders: `npx tsx test/d3d9/differential/compare.ts [FIRST
// [COUNT [flow]]]`. `flow` adds loops and branches of many kinds.
// A development tool. It needs ../shared/fxc-oracle set up (setup.sh there) and reports where that is missing.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { seededRandom } from '../../../src/core/random.ts';
import { compileShader, type TargetName } from '../../../src/d3d9/index.ts';
import { generate } from './generate.ts';

interface Answer {
  readonly slots?: number;
  readonly error?: string;
}

const oracle = resolve(import.meta.dirname, '../../../../shared/fxc-oracle');
const home = process.env.FXC_ORACLE_HOME ?? join(homedir(), '.cache/fxc-oracle');
const SCRIPT = `import sys, json
sys.path.insert(0, sys.argv[1])
import glsl2asm
print(json.dumps([{k: r.get(k) for k in ('slots', 'error')} for r in glsl2asm.compile_all(json.load(open(sys.argv[2])))]))`;

/** Returns the results of Microsoft's compiler for each [source, stage, target]. */
function ask(jobs: readonly (readonly [string, string, TargetName])[]): Answer[] {
  const folder = mkdtempSync(join(tmpdir(), 'differential-'));
  try {
    writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs));
    return JSON.parse(
      execFileSync('python3', ['-c', SCRIPT, oracle, join(folder, 'jobs.json')], { encoding: 'utf8', maxBuffer: 1 << 26 }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function main(first: number, count: number, flow: boolean): void {
  if (!existsSync(oracle) || !existsSync(join(home, 'fxc.exe'))) {
    console.log('skipped: the oracle (../shared/fxc-oracle) is not set up');
    return;
  }
  const shaders = Array.from({ length: count }, (_, i) => ({ seed: first + i, ...generate(seededRandom(first + i), 6, flow) }));
  const cases = shaders.flatMap(s =>
    (s.stage === 'vertex' ? (['vs_2_0', 'vs_3_0'] as const) : (['ps_2_0', 'ps_3_0'] as const)).map(target => ({ ...s, target })),
  );
  const answers = ask(cases.map(c => [c.glsl, c.stage, c.target] as const));
  let exact = 0;
  let sum = 0;
  let compared = 0;
  cases.forEach((c, i) => {
    const ours = compileShader(c.glsl, { stage: c.stage, target: c.target });
    const wanted = answers[i].slots;
    if (!wanted) return;
    compared++;
    sum += Math.abs(ours.slots - wanted) / wanted;
    if (ours.slots === wanted) exact++;
    else
      console.log(
        `seed ${c.seed} ${c.target}: ${ours.slots}, Microsoft's ${wanted}${ours.errors[0] ? ` (${ours.errors[0].message})` : ''}`,
      );
  });
  console.log(`${exact} of ${compared} exact, mean absolute error ${((100 * sum) / compared).toFixed(2)} %`);
}

main(Number(process.argv[2] ?? 0), Number(process.argv[3] ?? 100), process.argv[4] === 'flow');
