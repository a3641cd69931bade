import type { Stage } from './permalink.ts';

/**
 * The other half of a program: a shader of the other stage that fits this one, so that one shader alone can be linked and
 * drawn. A fragment half sums all varyings, so that no driver may drop the work that fills them; a vertex half fills them
 * from the corners of a rectangle.
 *
 * Varyings are found in the text (comments removed): the few that stand under an `#if` that is false come along too, which a
 * linker allows only from the vertex to the fragment shader; then linking says so.
 */
export function counterpart(stage: Stage, source: string): string {
  const varyings = findVaryings(source);
  const declared = varyings.map(v => `varying ${v.type} ${v.name}${v.size ? `[${v.size}]` : ''};`).join('\n');
  if (stage === 'vertex') {
    const terms = varyings.flatMap(v => elements(v).map(e => widen(v.type, e)));
    return `precision highp float;\n${declared}\nvoid main() {\n  gl_FragColor = vec4(0.5)${terms.map(t => ` + ${t} * 0.001`).join('')};\n}\n`;
  }
  const fills = varyings.flatMap(v => elements(v).map(e => `  ${e} = ${narrow(v.type)};`)).join('\n');
  return `precision highp float;\nattribute vec4 aCorner;\n${declared}\nvoid main() {\n${fills}\n  gl_Position = vec4(aCorner.xy, 0.0, 1.0);\n}\n`;
}

interface Varying {
  readonly type: string;
  readonly name: string;
  readonly size: string | undefined;
}

function findVaryings(source: string): Varying[] {
  const text = source.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/\/\/.*/g, '');
  const found = new Map<string, Varying>();
  const declaration = /\b(?:invariant\s+)?varying\s+(?:(?:lowp|mediump|highp)\s+)?(float|vec[234]|mat[234])\s+([^;]+);/g;
  for (const [, type, names] of text.matchAll(declaration)) {
    for (const entry of names.split(',')) {
      const [, name, size] = /^\s*(\w+)\s*(?:\[\s*(\w+)\s*\])?\s*$/.exec(entry) ?? [];
      // A size may be the name of a macro or constant that we do not know here.
      if (name)
        found.set(name, { type, name, size: size !== undefined && !/^\d+$/.test(size) ? (defined(text, size) ?? '1') : size });
    }
  }
  return [...found.values()];
}

function defined(text: string, name: string): string | undefined {
  return new RegExp(`(?:#\\s*define\\s+${name}\\s+|const\\s+int\\s+${name}\\s*=\\s*)(\\d+)`).exec(text)?.[1];
}

function elements({ name, size }: Varying): string[] {
  return size ? Array.from({ length: Math.min(Number(size), 16) }, (_, i) => `${name}[${i}]`) : [name];
}

/** Any type as a vec4. */
function widen(type: string, e: string): string {
  if (type === 'float') return `vec4(${e})`;
  if (type === 'vec2') return `${e}.xyxy`;
  if (type === 'vec3') return `${e}.xyzx`;
  if (type === 'vec4') return e;
  const rows = Number(type[3]);
  return `(${Array.from({ length: rows }, (_, i) => widen(`vec${rows}`, `${e}[${i}]`)).join(' + ')})`;
}

/** Something of the type that differs from corner to corner. */
function narrow(type: string): string {
  const xy = 'aCorner.xy * 0.5 + 0.5';
  if (type === 'float') return '(aCorner.x + 1.0) * 0.5';
  if (type === 'vec2') return xy;
  if (type === 'vec3') return `vec3(${xy}, 1.0)`;
  if (type === 'vec4') return `vec4(${xy}, 1.0, 1.0)`;
  return `${type}(1.0)`;
}
