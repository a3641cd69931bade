import type { Stage } from '../../src/d3d9/glsl/builtin-variables.ts';
import { readShader } from '../../src/d3d9/glsl/read-shader.ts';
import { sizeOf } from '../../src/d3d9/glsl/type.ts';
import { compileShader, type TargetName } from '../../src/d3d9/index.ts';
import { cellsOf } from '../../src/d3d9/layout.ts';
import { Work } from '../../src/d3d9/work-budget.ts';
import { runAssembly } from './assembly.ts';
import { Evaluator } from './evaluator.ts';

export interface Disagreement {
  readonly output: string;
  readonly glsl: readonly number[];
  readonly assembly: readonly number[];
}

/** Samples a texture that is smooth in its coordinates and different for each sampler. */
function sample(name: string, c: readonly number[], kind: string): number[] {
  let seed = 0;
  for (const ch of name) seed = (seed * 31 + ch.charCodeAt(0)) % 97;
  const bias = kind.startsWith('bias') ? Number(kind.slice(5)) : 0;
  return [0, 1, 2, 3].map(
    i => 0.5 + 0.5 * Math.sin(seed + i + (c[0] ?? 0) * (1.3 + i * 0.2) + (c[1] ?? 0) * 2.1 + (c[2] ?? 0) * 0.7 + bias * 0.3),
  );
}

/**
 * Runs the shader by both routes on the same random values.
 * @returns the values that differ by more than 1e-4 (relative above 1), or undefined where the compiler reports an error of the
 * source
 */
export function disagreements(
  source: string,
  stage: Stage,
  target: TargetName,
  random: () => number,
): Disagreement[] | undefined {
  const compiled = compileShader(source, { stage, target });
  if (compiled.listing.length === 0) return undefined;
  // The target lacks an instruction, so nothing can run the shader.
  if (compiled.errors.some(e => e.message.includes('X4532'))) return [];
  const { program } = readShader(source, stage, new Work());
  const constants = new Map<number, number[]>();
  const inputs = new Map<string, number[]>();
  const value = (positive: boolean) => (positive ? 0.05 + 0.9 * random() : random() * 3 - 1.2);
  const adjust = Array.from({ length: 4 }, () => value(true));
  const depth = [0.5, 0.5, 1, 0];
  constants.set(1, adjust);
  constants.set(2, depth);
  constants.set(0, [0, 1, 1, 0]);
  const put = (
    file: (register: number) => number[],
    cells: readonly { register: number; lane: number }[],
    values: readonly number[],
  ) => cells.forEach((c, i) => void (file(c.register)[c.lane] = values[i]));
  const given = (v: (typeof program.variables)[number]): number[] | undefined => {
    const n = sizeOf(v.type);
    if (v.storage === 'uniform') {
      const joint = /oint|ndex/.test(v.name);
      const values = Array.from({ length: v.type.base.startsWith('sampler') ? 0 : n }, () =>
        v.type.base === 'bool'
          ? Math.round(random())
          : v.type.base === 'int'
            ? Math.floor(random() * 4)
            : value(false) * (joint ? 1 : 1),
      );
      const first = compiled.bindings.uniforms[v.name];
      if (first !== undefined)
        put(r => constants.get(first + r) ?? constants.set(first + r, [0, 0, 0, 0]).get(first + r)!, cellsOf(v.type), values);
      return values;
    }
    const input = v.storage === 'attribute' || (v.storage === 'varying' && stage === 'fragment');
    if (!input)
      return v.name === 'gl_FrontFacing'
        ? front()
        : v.name === 'gl_FragCoord'
          ? coordinate()
          : v.name === 'gl_PointCoord'
            ? [0.5, 0.5]
            : v.name === 'gl_DepthRange'
              ? [0, 1, 1]
              : undefined;
    const indices = /oint|ndice|ndex|^aJ$/.test(v.name);
    const values = Array.from({ length: n }, () => (indices ? Math.floor(random() * 12) : value(false)));
    bind(v.name, cellsOf(v.type, true), values);
    return values;
  };
  const bind = (name: string, cells: readonly { register: number; lane: number }[], values: readonly number[]) => {
    const first = compiled.bindings.inputs[name];
    if (first === undefined) return;
    const letter = target === 'ps_2_0' ? 't' : 'v';
    put(
      r => inputs.get(`${letter}${first + r}`) ?? inputs.set(`${letter}${first + r}`, [0, 0, 0, 1]).get(`${letter}${first + r}`)!,
      cells,
      values,
    );
  };
  const front = () => {
    const facing = random() < 0.5;
    inputs.set('vFace', new Array<number>(4).fill(facing ? 1 : -1));
    return [facing ? 1 : 0];
  };
  const coordinate = () => {
    const [x, y, z, w] = Array.from({ length: 4 }, () => value(true));
    bind(
      'gl_FragCoord',
      [0, 1, 2, 3].map(lane => ({ register: 0, lane })),
      [x, y, z, w],
    );
    return [(x / w) * adjust[0] + adjust[2], (y / w) * adjust[1] + adjust[3], (z / w) * depth[0] + depth[1], 1 / w];
  };
  const samplerNames = new Map(Object.entries(compiled.bindings.samplers).map(([name, n]) => [n, name]));
  const nameOf = (s: number) => {
    for (let k = s; k >= 0; k--) if (samplerNames.has(k)) return samplerNames.get(k)!;
    return '';
  };
  const cubes = new Set(program.variables.filter(v => v.type.base === 'samplerCube').map(v => v.name));
  const lods = stage === 'vertex';
  const memory = new Map<string, number[] | undefined>();
  const remembered = (v: (typeof program.variables)[number]) => {
    if (!memory.has(v.name)) memory.set(v.name, given(v));
    return memory.get(v.name);
  };
  const fetch = (name: string, c: readonly number[], kind: string) => sample(name, c, lods ? '' : kind);
  const expected = new Evaluator(program, v => remembered(v)?.slice(), fetch).run();
  // Skips values that flip when the inputs change in the seventh digit: single-precision constants differ by as much.
  const shaken = new Evaluator(program, v => remembered(v)?.map(x => (Number.isInteger(x) ? x : x * (1 + 2e-7))), fetch).run();
  for (const [name, value] of expected.outputs) {
    const other = shaken.outputs.get(name) ?? [];
    value.forEach((x, i) => {
      if (Math.abs(x - other[i]) > 2e-5 * Math.max(1, Math.abs(x))) value[i] = Number.NaN;
    });
  }
  const machine = {
    constants,
    inputs,
    sample: (s: number, c: readonly number[], kind: string) =>
      sample(nameOf(s), c.slice(0, cubes.has(nameOf(s)) ? 3 : 2), kind === 'texld' || lods ? '' : `bias ${c[3]}`),
  };
  const got = runAssembly(
    compiled.listing.map(i => i.text),
    machine,
  );
  if (expected.killed || got.killed)
    return expected.killed === got.killed
      ? []
      : [{ output: 'discard', glsl: [Number(expected.killed)], assembly: [Number(got.killed)] }];
  return compare(expectedOutputs(program.variables, expected.outputs, stage, target, adjust), got.outputs);
}

function expectedOutputs(
  variables: readonly { name: string; storage: string; type: Parameters<typeof cellsOf>[0]; used?: boolean }[],
  values: ReadonlyMap<string, number[]>,
  stage: Stage,
  target: TargetName,
  a: readonly number[],
): Map<string, (number | undefined)[]> {
  const out = new Map<string, (number | undefined)[]>();
  if (stage === 'fragment') {
    const data = variables.find(v => v.name === 'gl_FragData')?.used;
    out.set('oC0', values.get(data ? 'gl_FragData' : 'gl_FragColor') ?? []);
    return out;
  }
  const three = target === 'vs_3_0';
  let register = 0;
  for (const v of variables.filter(v => v.storage === 'varying').sort((p, q) => (p.name < q.name ? -1 : 1))) {
    const cells = cellsOf(v.type, true);
    const rows = Math.max(...cells.map(c => c.register)) + 1;
    cells.forEach((c, i) => {
      const name = three ? `o${1 + register + c.register}` : `oT${register + c.register}`;
      const lanes = out.get(name) ?? [];
      lanes[c.lane] = values.get(v.name)?.[i];
      out.set(name, lanes);
    });
    register += rows;
  }
  const [x, y, z, w] = values.get('gl_Position') ?? [];
  out.set(three ? 'o0' : 'oPos', [x * a[2] + a[0] * w, -(y * a[3] + a[1] * w), (z + w) * 0.5, w]);
  return out;
}

function compare(
  expected: ReadonlyMap<string, readonly (number | undefined)[]>,
  got: ReadonlyMap<string, readonly number[]>,
): Disagreement[] {
  const wrong: Disagreement[] = [];
  for (const [output, lanes] of expected) {
    const assembly = got.get(output) ?? [];
    const differs = lanes.some((e, i) => {
      // GLSL leaves the value undefined (a root of a negative number, a division by zero), so any result is accepted.
      if (e === undefined || !Number.isFinite(e) || Math.abs(e) > 1e6) return false;
      return !(Math.abs(e - assembly[i]) <= 1e-4 * Math.max(1, Math.abs(e)));
    });
    if (differs) wrong.push({ output, glsl: lanes.map(l => l ?? 0), assembly });
  }
  return wrong;
}
