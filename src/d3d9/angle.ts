import { type Output, readOperand } from './assembly/groups/group.ts';
import type { Variable } from './glsl/ast.ts';
import { FLOAT, vector } from './glsl/type.ts';
import { byName, cellsOf, registersOf } from './layout.ts';
import type { Computed } from './symbols/computed.ts';
import { affineOf } from './symbols/graph/affine.ts';
import type { Node } from './symbols/graph/graph.ts';
import { type Arithmetic, together } from './symbols/values/arithmetic.ts';

// The code and constants that ANGLE adds to a shader for Direct3D 9 (its DynamicHLSL). Registers c0…c2 hold ANGLE's own
// constants; the shader's begin at c3.

/** The first constant register of the shader's own uniforms. */
export const FIRST_UNIFORM = 3;

const own = (name: string, storage: Variable['storage'] = 'uniform', type = vector('float', 4)): Variable => ({
  name,
  type,
  storage,
  place: { line: 0, column: 0 },
  writable: false,
});

/** The viewport and half-pixel correction. */
const VIEW_ADJUST = own('dx_ViewAdjust');
const VIEW_COORDS = own('dx_ViewCoords');
const DEPTH_FRONT = own('dx_DepthFront');
const DEPTH_RANGE = own('dx_DepthRange');
const FRAGMENT_COORDINATE = own('gl_FragCoord', 'builtin');
const FACE = own('vFace', 'builtin', FLOAT);

/** The registers of ANGLE's own constants. */
export const FIXED_REGISTERS: ReadonlyMap<Variable, number> = new Map([
  [VIEW_ADJUST, 1],
  [VIEW_COORDS, 1],
  [DEPTH_FRONT, 2],
  [DEPTH_RANGE, 0],
]);

/** Returns the value of an input that the rasterizer supplies: gl_FragCoord, gl_FrontFacing or gl_PointCoord. */
export function builtinInput(v: Variable, m: Arithmetic): Node[] | undefined {
  const { g } = m;
  const read = (from: Variable, lane: number, op: 'input' | 'uniform') => g.node(op, [], { variable: from, lane });
  switch (v.name) {
    case 'gl_FragCoord': {
      const [x, y, z, w] = [0, 1, 2, 3].map(l => read(FRAGMENT_COORDINATE, l, 'input'));
      const depth = m.rcp([w]);
      const scaled = m.mul([x, y], depth);
      const viewed = m.add(m.mul(scaled, [read(VIEW_COORDS, 0, 'uniform'), read(VIEW_COORDS, 1, 'uniform')]), [
        read(VIEW_COORDS, 2, 'uniform'),
        read(VIEW_COORDS, 3, 'uniform'),
      ]);
      const far = m.add(m.mul(m.mul([z], depth), [read(DEPTH_FRONT, 0, 'uniform')]), [read(DEPTH_FRONT, 1, 'uniform')]);
      return [...viewed, ...far, ...depth];
    }
    case 'gl_FrontFacing':
      return [g.node('ge', [g.mul(read(FACE, 0, 'input'), read(DEPTH_FRONT, 2, 'uniform')), g.zero])];
    case 'gl_DepthRange':
      return [0, 1, 2].map(lane => read(DEPTH_RANGE, lane, 'uniform'));
    case 'gl_PointCoord':
      return m.constants(0.5, 0.5);
    default:
      return undefined;
  }
}

/** Returns the output registers of a shader. A vertex shader's include ANGLE's epilogue. */
export function outputsOf({ outputs, m }: Computed, usesPointSize: boolean): Output[] {
  return m.g.target.fragment ? fragmentOutputs(outputs, m) : vertexOutputs(outputs, m, usesPointSize);
}

function fragmentOutputs(outputs: Computed['outputs'], { g, mads }: Arithmetic): Output[] {
  const all = [...outputs];
  const written = (name: string) => all.find(([v]) => v.name === name && v.used);
  const [, color = []] = all.find(([v]) => v.name === 'gl_FragColor') ?? [];
  const data = written('gl_FragData');
  const targets = data ? renderTargets(data[0], data[1]) : [color];
  const out: Output[] = targets.map((lanes, i) => ({ name: `oC${i}`, lanes: mads.of(lanes).map(n => readOperand(n, g.target)) }));
  const depth = written('gl_FragDepthEXT');
  if (depth) out.push({ name: 'oDepth', lanes: [readOperand(depth[1][0], g.target)] });
  return out;
}

/** Returns the values of gl_FragData, one render target each, up to the last element that the shader names. */
function renderTargets(v: Variable, values: readonly Node[]): Node[][] {
  const targets = Array.from({ length: v.type.count ?? 1 }, (_, i) => values.slice(4 * i, 4 * i + 4));
  return targets.slice(0, Math.max(1, v.elements ?? 1));
}

function vertexOutputs(outputs: Computed['outputs'], m: Arithmetic, usesPointSize: boolean): Output[] {
  const { g } = m;
  const three = g.target.model === 3;
  const out: Output[] = [];
  const varyings = [...outputs].filter(([v]) => v.storage === 'varying').sort(([a], [b]) => byName(a, b));
  let register = 0;
  for (const [v, nodes] of varyings) {
    const cells = cellsOf(v.type, true);
    const vectors = Array.from({ length: registersOf(v.type) }, (): Node[] => []);
    cells.forEach((c, i) => void (vectors[c.register][c.lane] = nodes[i]));
    for (const vector of vectors) {
      const lanes = m.mads.of(vector).map(n => readOperand(n, g.target));
      out.push({ name: three ? `o${1 + register++}` : `oT${register++}`, lanes });
    }
  }
  const position = [...outputs].find(([v]) => v.name === 'gl_Position')?.[1] ?? [];
  out.push({ name: three ? 'o0' : 'oPos', lanes: adjust(m, position).map(n => readOperand(n, g.target)) });
  const size = [...outputs].find(([v]) => v.name === 'gl_PointSize')?.[1];
  if (usesPointSize && size) out.push({ name: three ? `o${register + 1}` : 'oPts', lanes: [readOperand(size[0], g.target)] });
  return out;
}

/**
 * Applies ANGLE's epilogue to gl_Position:
 * x = p.x * a.z + a.x * p.w; y = -(p.y * a.w + a.y * p.w); z = (p.z + p.w) / 2; w = p.w.
 */
function adjust(m: Arithmetic, [x, y, z, w]: readonly Node[]): Node[] {
  const { g } = m;
  g.line = 0;
  const a = [0, 1, 2, 3].map(lane => g.node('uniform', [], { variable: VIEW_ADJUST, lane }));
  const along = (p: Node, scale: Node, shift: Node) => {
    const [scaled] = m.mul([p], [scale]);
    const [shifted] = m.mul([shift], [w]);
    return m.add([scaled], [shifted])[0];
  };
  if ([x, y, z, w].every(n => n.op === 'const') && x.value === 0 && y.value === 0 && w.value !== 0) {
    // Only the viewport shift remains: one mad.
    const own = { register: g.begin() };
    const shifts = [w.value, -w.value, 0, 0].map((v, i) => g.node('mul', [a[i === 1 ? 1 : 0], g.constant(v)], own));
    const ends = { register: g.begin() };
    return [0, 0, (z.value + w.value) / 2, w.value].map((v, i) => g.node('add', [shifts[i], g.constant(v)], ends));
  }
  const right = along(x, a[2], a[0]);
  const down = g.neg(along(y, a[3], a[1]));
  if (w.op !== 'const') {
    const far = m.mul(m.add([z], [w]), m.constants(0.5));
    return [right, down, ...(z.op === 'const' ? m.mads.of([...far, w]) : [...far, w])];
  }
  const { of, factor, plus } = affineOf(z);
  const near =
    of?.op === 'input' || of?.op === 'uniform'
      ? m.add(m.mul([of], m.constants(factor / 2)), m.constants((plus + w.value) / 2))
      : m.mul(m.add([z], [w]), m.constants(0.5));
  // The 1 of w joins x and y where these share one instruction. Otherwise it joins z where z is read from an input.
  const [depth, last] = together([x, y]) ? [...near, w] : m.mads.of([...near, w]);
  return [right, down, depth, last];
}
