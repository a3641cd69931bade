import { type Place, ShaderError, type Work } from '../work.ts';

export interface Token extends Place {
  readonly kind: 'name' | 'float' | 'int' | 'operator' | 'end';
  readonly text: string;
  /** White space stands before it (matters for function-like macro definitions only). */
  readonly spaced: boolean;
  /** Macros that this token came out of, which must not expand again. */
  readonly hidden?: ReadonlySet<string>;
}

const TOKEN =
  /([A-Za-z_]\w*)|((?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)|(0[xX][0-9a-fA-F]+|\d+)|(<<=|>>=|\+\+|--|<=|>=|==|!=|&&|\|\||\^\^|<<|>>|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|##|[-+*/%<>=!&|^~?:;,.()[\]{}#])/y;

function placeOf(source: string, at: number): Place {
  const lines = source.slice(0, at).split(/\r\n?|\n/);
  return { line: lines.length, column: lines[lines.length - 1].length + 1 };
}

/**
 * Comments become spaces of the same extent, so that lines and columns stay; line continuations too.
 * @throws ShaderError where a comment is not closed.
 */
export function withoutComments(source: string): string {
  let out = '';
  let i = 0;
  while (i < source.length) {
    const two = source.slice(i, i + 2);
    if (two === '//') {
      const end = source.indexOf('\n', i);
      const stop = end < 0 ? source.length : end;
      out += ' '.repeat(stop - i);
      i = stop;
    } else if (two === '/*') {
      const end = source.indexOf('*/', i + 2);
      if (end < 0) throw new ShaderError('this comment is not closed', placeOf(source, i));
      const stop = end + 2;
      out += source.slice(i, stop).replace(/[^\n]/g, ' ');
      i = stop;
    } else {
      const next = source.indexOf('/', i + 1);
      const stop = next < 0 ? source.length : next;
      out += source.slice(i, stop);
      i = stop;
    }
  }
  return out.replace(/\r\n?/g, '\n');
}

/** A character as it can stand in a message; one that is not seen (a byte order mark, a soft hyphen) by its number. */
function nameOf(code: number): string {
  const seen = /[\p{L}\p{N}\p{P}\p{S}]/u.test(String.fromCodePoint(code));
  return seen ? `'${String.fromCodePoint(code)}'` : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The tokens of one line. */
export function tokenizeLine(text: string, line: number, work: Work, firstColumn = 1): Token[] {
  const tokens: Token[] = [];
  let i = 0;
  let spaced = false;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c === 32 || (c >= 9 && c <= 13) || c === 0) {
      i++;
      spaced = true;
      continue;
    }
    TOKEN.lastIndex = i;
    const m = TOKEN.exec(text);
    const column = i + firstColumn;
    if (!m) throw new ShaderError(`${nameOf(text.codePointAt(i) ?? 0)} is no character of GLSL`, { line, column });
    const kind = m[1] !== undefined ? 'name' : m[2] !== undefined ? 'float' : m[3] !== undefined ? 'int' : 'operator';
    tokens.push({ kind, text: m[0], line, column, spaced });
    work.spend(2);
    i = TOKEN.lastIndex;
    spaced = false;
  }
  return tokens;
}
