import type { Random } from '../../../src/core/random.ts';

/** One random shader that uses much of GLSL ES 1.00. It is valid and avoids undefined behaviour. */
export interface Generated {
  readonly stage: 'vertex' | 'fragment';
  readonly glsl: string;
}

const DECLARATIONS = `uniform vec4 uA, uB; uniform vec3 uDir, uColor; uniform vec2 uScale; uniform float uK, uT; uniform mat4 uM; uniform mat3 uN; uniform vec4 uRows[12]; uniform vec3 uLights[3];\n`;
const VERTEX = `attribute vec4 aPosition, aJoints; attribute vec3 aNormal; attribute vec2 aUv; varying vec4 vColor; varying vec3 vNormal; varying vec2 vUv; varying float vFog;\n`;
const FRAGMENT = `precision highp float; varying vec4 vColor; varying vec3 vNormal, vPosition; varying vec2 vUv; varying float vFog; uniform sampler2D uMap, uMask; uniform samplerCube uEnv;\n`;
const SWIZZLES = ['xyzw', 'yzxw', 'wzyx', 'xxyy', 'xyxy', 'zwxy'];

/** Writes expressions of a given size from the available variables. */
class Writer {
  readonly #random: Random;
  readonly #vertex: boolean;
  readonly #flow: boolean;
  readonly #variables: Record<number, string[]>;
  #next = 0;

  constructor(random: Random, vertex: boolean, flow: boolean) {
    this.#flow = flow;
    this.#random = random;
    this.#vertex = vertex;
    this.#variables = vertex
      ? {
          1: ['uK', 'uT', 'aPosition.w', 'aNormal.y'],
          2: ['aUv', 'uScale', 'aPosition.xz'],
          3: ['aNormal', 'uDir', 'uColor', 'aPosition.xyz'],
          4: ['aPosition', 'uA', 'uB'],
        }
      : {
          1: ['uK', 'uT', 'vFog', 'vNormal.y', 'vColor.a'],
          2: ['vUv', 'uScale', 'vColor.zw'],
          3: ['vNormal', 'vPosition', 'uDir', 'uColor'],
          4: ['vColor', 'uA', 'uB'],
        };
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)];
  }

  #number(): string {
    return this.#pick(['0.5', '2.0', '0.25', '1.0', '3.0', '0.1', '-1.0', '4.0', '0.7', '1.5']);
  }

  expression(n: number, depth: number): string {
    if (depth <= 0) return this.#leaf(n);
    const e = (k = n) => this.expression(k, depth - 1);
    const choices: (() => string)[] = [
      () => `(${e()} + ${e()})`,
      () => `(${e()} - ${e()})`,
      () => `${e()} * ${e()}`,
      () => `${e()} * ${e(1)}`,
      () => `(${e()} * ${e()} + ${e()})`,
      () => `(${e()} * ${this.#number()} + ${this.#number()})`,
      () => `max(${e()}, ${this.#pick(['0.0', '0.1', e(1)])})`,
      () => `min(${e()}, 1.0)`,
      () => `clamp(${e()}, 0.0, 1.0)`,
      () => `mix(${e()}, ${e()}, ${e(1)})`,
      () => `abs(${e()})`,
      () => `fract(${e()})`,
      () => `floor(${e()} * 4.0)`,
      () => `-(${e()})`,
      () => `(${this.condition(depth - 1)} ? ${e()} : ${e()})`,
      () => `${e()} / (abs(${e(1)}) + 0.5)`,
      () => `smoothstep(0.1, 0.9, ${e()})`,
      () => `step(${this.#number()}, ${e()})`,
    ];
    if (n === 1)
      choices.push(
        () => `dot(${e(3)}, ${e(3)})`,
        () => `dot(${e(2)}, ${e(2)})`,
        () => `length(${e(3)})`,
        () => `pow(max(${e(1)}, 0.01), ${this.#pick(['2.0', '4.0', '8.0', '32.0', 'uK * uK'])})`,
        () => `sin(${e(1)})`,
        () => `exp2(-abs(${e(1)}))`,
        () => `sqrt(abs(${e(1)}))`,
        () => `${e(4)}.${this.#pick(['x', 'y', 'z', 'w'])}`,
        () => `max(dot(normalize(${e(3)}), uDir), 0.0)`,
      );
    if (n === 2)
      choices.push(
        () => `${e(4)}.${this.#pick(['xy', 'zw', 'yx', 'xz'])}`,
        () => `vec2(${e(1)}, ${e(1)})`,
      );
    if (n === 3)
      choices.push(
        () => `normalize(${e(3)})`,
        () => `${e(4)}.${this.#pick(['xyz', 'zyx', 'rgb', 'wzx'])}`,
        () => `cross(${e(3)}, ${e(3)})`,
        () => `reflect(${e(3)}, ${e(3)})`,
        () => `vec3(${e(2)}, ${e(1)})`,
        () => `uN * ${e(3)}`,
        () => `(uM * vec4(${e(3)}, ${this.#pick(['1.0', '0.0'])})).xyz`,
      );
    if (n === 4)
      choices.push(
        () => `vec4(${e(3)}, ${this.#pick(['1.0', e(1)])})`,
        () => `${e(4)}.${this.#pick(SWIZZLES)}`,
        () => `uM * ${e(4)}`,
        () => `vec4(${e(2)}, ${e(2)})`,
      );
    if (n === 4 && this.#vertex) choices.push(() => `uRows[int(aJoints.${this.#pick(['x', 'y', 'z', 'w'])})]`);
    if (n >= 3 && !this.#vertex)
      choices.push(
        () => (n === 4 ? `texture2D(uMap, ${e(2)})` : `texture2D(uMask, ${e(2)}).rgb`),
        () => (n === 4 ? `textureCube(uEnv, ${e(3)})` : `textureCube(uEnv, ${e(3)}).rgb`),
      );
    return `(${this.#pick(choices)()})`;
  }

  condition(depth: number): string {
    const compare = () =>
      `${this.expression(1, depth - 1)} ${this.#pick(['<', '>', '<=', '>='])} ${this.#pick([this.#number(), this.expression(1, depth - 1)])}`;
    return this.#random() < 0.8 ? compare() : `(${compare()} ${this.#pick(['&&', '||'])} ${compare()})`;
  }

  #leaf(n: number): string {
    if (n === 1 && this.#random() < 0.25) return this.#number();
    return this.#pick(this.#variables[n]);
  }

  /** Writes a loop of the kinds that Direct3D 9 keeps: texture reads, exp, exits, nested loops. Values stay below a few units. */
  #loop(target: string, n: number): string {
    const counter = `i${this.#next++}`;
    const runs = this.#pick([2, 3, 5, 8, 17, 20]);
    const scalar = this.#variables[1].filter(v => v.startsWith('t'));
    const read = (k: number) =>
      this.#vertex
        ? `exp2(-abs(${this.expression(k, 1)}))`
        : `texture2D(uMap, ${this.expression(2, 1)} + float(${counter}) * 0.1).${'xyzw'.slice(0, k)}`;
    const steps: (() => string)[] = [
      () => `${target} = ${target} * 0.5 + ${read(n)} * 0.5;`,
      () => `${target} = fract(${target} + ${this.expression(n, 1)});`,
      () => `if (${this.condition(2)}) { ${target} = clamp(${this.expression(n, 1)}, -1.0, 1.0); }`,
      () => `if (${this.condition(2)}) break;`,
      () => `if (${this.condition(2)}) { ${target} = fract(${this.expression(n, 1)}); break; }`,
      () => `if (${this.condition(2)}) continue;`,
      () => `for (int j = 0; j < 3; j++) { ${target} = ${target} * 0.5 + ${read(n)} * (0.1 * float(j)); }`,
      ...(scalar.length > 0
        ? [
            () => `${scalar[0]} = fract(${scalar[0]} * 0.5 + ${this.expression(1, 1)});`,
            () => `${scalar[0]} = clamp(${target}${n > 1 ? '.y' : ''}, 0.0, 1.0);`,
          ]
        : []),
    ];
    const body = Array.from({ length: 1 + Math.floor(this.#random() * 3) }, () => this.#pick(steps)());
    return `for (int ${counter} = 0; ${counter} < ${runs}; ${counter}++) { ${body.join(' ')} }`;
  }

  /** Writes an `if` of the kinds that Direct3D 9 keeps: texture reads at varyings, long sides, nested ones, exits of a function. */
  #branch(target: string, n: number): string {
    const lanes = 'xyzw'.slice(0, n);
    const read = () =>
      this.#vertex
        ? `clamp(${this.expression(n, 2)}, -1.0, 1.0)`
        : `${this.#pick(['texture2D(uMap, vUv)', 'texture2D(uMask, vColor.xy)', 'texture2D(uMap, vUv * 2.0)', 'texture2D(uMask, vUv, 1.0)'])}.${lanes}`;
    const long = () =>
      Array.from(
        { length: 12 },
        () => `${target} = fract(${target} * ${this.#pick(['uK', 'uT'])} + ${this.expression(n, 1)});`,
      ).join(' ');
    const steps: (() => string)[] = [
      () => `${target} = ${read()};`,
      () => `${target} = ${target} * 0.5 + ${read()};`,
      () => `${target} = clamp(${this.expression(n, 2)}, -1.0, 1.0);`,
      () => `if (${this.condition(1)}) { ${target} = ${read()}; }`,
      () => `if (${this.condition(1)}) { ${target} = ${read()}; } else { ${target} *= 0.5; }`,
      () => long(),
    ];
    const side = () => Array.from({ length: 1 + Math.floor(this.#random() * 2) }, () => this.#pick(steps)()).join(' ');
    if (this.#random() < 0.2) return `${target} = ${this.condition(2)} ? ${read()} : ${this.expression(n, 1)};`;
    return `if (${this.condition(2)}) { ${side()} }${this.#random() < 0.5 ? ` else { ${side()} }` : ''}`;
  }

  /** Returns one vector that contains all variables of the statements. */
  sum(): string {
    const spread: Record<number, string> = { 1: '', 2: '.xyxy', 3: '.xyzx', 4: '' };
    const all = [1, 2, 3, 4].flatMap(n => this.#variables[n].filter(v => v.startsWith('t')).map(v => `${v}${spread[n]}`));
    return all.length > 0 ? all.join(' + ') : 'uA';
  }

  statement(): string {
    const n = this.#pick([1, 2, 3, 3, 4, 4]);
    const kind = this.#random();
    const type = n === 1 ? 'float' : `vec${n}`;
    const own = this.#variables[n].filter(v => v.startsWith('t'));
    if (kind < (this.#flow ? 0.3 : 0.62) || own.length === 0) {
      const name = `t${this.#next++}`;
      const text = `${type} ${name} = ${this.expression(n, 2)};`;
      this.#variables[n].push(name);
      return text;
    }
    const target = this.#pick(own);
    if (kind < (this.#flow ? 0.36 : 0.72)) return `${target} ${this.#pick(['+=', '*=', '-='])} ${this.expression(n, 2)};`;
    if (kind < (this.#flow ? 0.4 : 0.82) && n > 1)
      return `${target}.${this.#pick(['x', 'y', n > 2 ? 'yz' : 'yx'])} ${this.#pick(['=', '*='])} ${this.expression(1, 1)}${''};`.replace(
        /\.(yz|yx) (\*?=) .*/,
        (_, s: string, op: string) => `.${s} ${op} ${this.expression(2, 1)};`,
      );
    if (this.#flow) return this.#random() < 0.7 ? this.#loop(target, n) : this.#branch(target, n);
    if (kind < 0.93)
      return `if (${this.condition(2)}) { ${target} = ${this.expression(n, 1)}; }${this.#random() < 0.4 ? ` else { ${target} = ${this.expression(n, 1)}; }` : ''}`;
    return `for (int i = 0; i < 3; i++) { ${target} += ${n === 3 ? 'uLights[i] * ' : 'float(i) * '}${this.expression(n === 3 ? 1 : n, 1)}; }`;
  }
}

/**
 * Generates a shader. The same random numbers give the same shader.
 * @param size - statements in main.
 * @param flow - adds loops and branches of many kinds.
 */
export function generate(random: Random, size = 6, flow = false): Generated {
  const vertex = random() < 0.5;
  const w = new Writer(random, vertex, flow);
  const body = Array.from({ length: (flow ? 3 : 1) + Math.floor(random() * size) }, () => `  ${w.statement()}`);
  if (vertex)
    body.push(
      `  vColor = ${w.expression(4, 2)};`,
      `  vNormal = ${w.expression(3, 2)};`,
      `  vUv = ${w.expression(2, 1)};`,
      `  vFog = ${w.expression(1, 2)};`,
      '  gl_Position = uM * aPosition;',
    );
  else body.push(`  gl_FragColor = ${w.expression(4, 2)};`);
  if (flow) body.push(`  ${vertex ? 'vColor' : 'gl_FragColor'} += ${w.sum()};`);
  return {
    stage: vertex ? 'vertex' : 'fragment',
    glsl: `${vertex ? VERTEX : FRAGMENT}${DECLARATIONS}void main() {\n${body.join('\n')}\n}`,
  };
}
