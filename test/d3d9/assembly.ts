/** A machine that runs Direct3D 9 shader assembly as text. It is slow, simple and independent of the compiler. */

export type Sample = (sampler: number, coordinates: readonly number[], kind: string) => number[];

export interface Machine {
  readonly constants: ReadonlyMap<number, readonly number[]>;
  readonly inputs: ReadonlyMap<string, readonly number[]>;
  readonly sample: Sample;
}

export interface Ran {
  readonly outputs: Map<string, number[]>;
  readonly killed: boolean;
}

const LANES = 'xyzw';

/** Runs a listing. A `rep` runs as often as its count says; `if_xx` branches. @throws Error for an unknown instruction. */
export function runAssembly(listing: readonly string[], machine: Machine): Ran {
  const file = new Map<string, number[]>();
  for (const [n, v] of machine.constants) file.set(`c${n}`, [...v]);
  for (const [n, v] of machine.inputs) file.set(n, [...v]);
  const code: string[] = [];
  for (const line of listing) {
    const def = /^def (c\d+), (.*)$/.exec(line);
    if (def) file.set(def[1], def[2].split(', ').map(Number));
    else if (!/^(dcl|vs_|ps_|defi)/.test(line)) code.push(line);
  }
  const counts = new Map(
    listing.flatMap(l => (/^defi (i\d+), (\d+)/.exec(l) ? [[RegExp.$1, Number(RegExp.$2)] as [string, number]] : [])),
  );
  const state = { killed: false };
  run(code, 0, code.length, file, machine, state, counts);
  const outputs = new Map([...file].filter(([name]) => /^o/.test(name)));
  return { outputs, killed: state.killed };
}

function read(file: Map<string, number[]>, text: string): number[] {
  const m = /^(-?)([a-zA-Z]+\d*)(\[a0\.([xyzw])\])?(_abs)?(?:\.([xyzw]+))?$/.exec(text);
  if (!m) throw new Error(`no source: ${text}`);
  const [, neg, base, , address, abs, swizzle = 'xyzw'] = m;
  let name = base;
  if (address) name = `c${Number(base.slice(1)) + (file.get('a0') ?? [])[LANES.indexOf(address)]}`;
  const register = file.get(name);
  if (!register) throw new Error(`${name} is read before it is written`);
  const full = swizzle.padEnd(4, swizzle.at(-1));
  return [...full].map(c => {
    let v = register[LANES.indexOf(c)];
    if (abs) v = Math.abs(v);
    return neg ? -v : v;
  });
}

const each =
  (f: (...v: number[]) => number) =>
  (...s: number[][]) =>
    [0, 1, 2, 3].map(i => f(...s.map(v => v[i])));
const scalar = (f: (v: number) => number) => (s: number[]) => new Array<number>(4).fill(f(s[0]));
const dot = (n: number) => (a: number[], b: number[]) =>
  new Array<number>(4).fill(Array.from({ length: n }, (_, i) => a[i] * b[i]).reduce((p, q) => p + q));

/** What rcp and rsq make of 0 (Direct3D 9's shader reference): a selection that multiplies it by 0 stays finite. */
const FLT_MAX = 3.4028234663852886e38;

const OPERATIONS: Record<string, (...s: number[][]) => number[]> = {
  mov: each(a => a),
  add: each((a, b) => a + b),
  mul: each((a, b) => a * b),
  mad: each((a, b, c) => a * b + c),
  min: each(Math.min),
  max: each(Math.max),
  frc: each(a => a - Math.floor(a)),
  abs: each(Math.abs),
  slt: each((a, b) => (a < b ? 1 : 0)),
  sge: each((a, b) => (a >= b ? 1 : 0)),
  cmp: each((a, b, c) => (a >= 0 ? b : c)),
  lrp: each((t, a, b) => t * (a - b) + b),
  mova: each(a => Math.round(a)),
  rcp: scalar(a => (a === 0 ? FLT_MAX : 1 / a)),
  rsq: scalar(a => (a === 0 ? FLT_MAX : 1 / Math.sqrt(Math.abs(a)))),
  exp: scalar(a => 2 ** a),
  log: scalar(a => Math.log2(Math.abs(a))),
  dp2add: (a, b, c) => new Array<number>(4).fill(a[0] * b[0] + a[1] * b[1] + c[0]),
  dp3: dot(3),
  dp4: dot(4),
  sincos: a => [Math.cos(a[0]), Math.sin(a[0]), 0, 0],
  nrm: a => {
    const l = 1 / Math.hypot(a[0], a[1], a[2]);
    return a.map(v => v * l);
  },
  pow: (a, b) => new Array<number>(4).fill(Math.abs(a[0]) ** b[0]),
  // The test's inputs are constant over the screen.
  dsx: each(() => 0),
  dsy: each(() => 0),
};

function write(file: Map<string, number[]>, target: string, value: readonly number[], sat: boolean): void {
  const [name, mask = 'xyzw'] = target.split('.');
  const register = file.get(name) ?? [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  for (const c of mask) {
    const i = LANES.indexOf(c);
    register[i] = sat ? Math.min(1, Math.max(0, value[i])) : value[i];
  }
  file.set(name, register);
}

/** Returns true where a `break` left the loop. */
function run(
  code: readonly string[],
  from: number,
  to: number,
  file: Map<string, number[]>,
  machine: Machine,
  state: { killed: boolean },
  counts: ReadonlyMap<string, number>,
): boolean {
  for (let i = from; i < to; i++) {
    const [head, ...rest] = code[i].split(' ');
    const args = rest.join(' ').split(', ');
    if (head === 'rep') {
      const end = closing(code, i, 'rep', 'endrep');
      for (let k = 0; k < (counts.get(args[0]) ?? 0); k++) if (run(code, i + 1, end, file, machine, state, counts)) break;
      i = end;
    } else if (head.startsWith('if_')) {
      const end = closing(code, i, 'if_', 'endif');
      const middle = elseOf(code, i, end);
      const [a, b] = args.map(s => read(file, s)[0]);
      const taken = { lt: a < b, gt: a > b, le: a <= b, ge: a >= b, eq: a === b, ne: a !== b }[head.slice(3)];
      if (taken && run(code, i + 1, middle ?? end, file, machine, state, counts)) return true;
      if (!taken && middle !== undefined && run(code, middle + 1, end, file, machine, state, counts)) return true;
      i = end;
    } else if (head.startsWith('break')) {
      const [a, b] = args.map(s => read(file, s)[0]);
      if (a !== b) return true;
    } else step(head, args, file, machine, state);
  }
  return false;
}

function closing(code: readonly string[], from: number, open: string, close: string): number {
  let depth = 0;
  for (let i = from; i < code.length; i++) {
    if (code[i].startsWith(open)) depth++;
    if (code[i] === close && --depth === 0) return i;
  }
  throw new Error(`${open} without ${close}`);
}

function elseOf(code: readonly string[], from: number, end: number): number | undefined {
  let depth = 0;
  for (let i = from; i < end; i++) {
    if (code[i].startsWith('if_')) depth++;
    if (code[i] === 'endif') depth--;
    if (code[i] === 'else' && depth === 1) return i;
  }
  return undefined;
}

function step(head: string, args: string[], file: Map<string, number[]>, machine: Machine, state: { killed: boolean }): void {
  const [op, sat] = head.split('_');
  const [target, ...sources] = args;
  if (op === 'texkill') {
    if (
      read(file, target)
        .slice(0, 3)
        .some(v => v < 0)
    )
      state.killed = true;
    return;
  }
  if (op.startsWith('texld')) {
    write(file, target, machine.sample(Number(sources[1].slice(1)), read(file, sources[0]), op), false);
    return;
  }
  const operation = OPERATIONS[op];
  if (!operation) throw new Error(`no instruction: ${head}`);
  const values = (op === 'sincos' ? sources.slice(0, 1) : sources).map(s => read(file, s));
  write(file, target, operation(...values), sat === 'sat');
}
