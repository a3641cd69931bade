/** Tokens of GLSL. */
import { type Place, ShaderError } from '../../shader-error.ts';
import type { Work } from '../../work-budget.ts';

export interface Token extends Place {
  /** `other` is a character outside GLSL's character set, an error only where it is used. */
  readonly kind: 'name' | 'float' | 'int' | 'operator' | 'other' | 'end';
  readonly text: string;
  /** True where white space precedes it. Only function-like macro definitions depend on it. */
  readonly spaced: boolean;
  /** The macros that produced this token. They must not expand again. */
  readonly hidden?: ReadonlySet<string>;
}

const TOKEN =
  /([A-Za-z_]\w*)|((?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)|((?:0[xX][0-9a-fA-F]+|\d+)[uU]?)|(<<=|>>=|\+\+|--|<=|>=|==|!=|&&|\|\||\^\^|<<|>>|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|##|[-+*/%<>=!&|^~?:;,.()[\]{}#])/y;

const LINE_END = /(?<!\\|\\\r)(?:\r\n?|\n)/g;

function placeOf(source: string, at: number): Place {
  const lines = source.slice(0, at).split(/\r\n?|\n/);
  return { line: lines.length, column: lines[lines.length - 1].length + 1 };
}

/**
 * Replaces comments and line continuations by spaces of the same extent, so lines and columns stay.
 * @throws ShaderError where a comment is not closed.
 */
export function withoutComments(source: string): string {
  let out = '';
  let i = 0;
  while (i < source.length) {
    const two = source.slice(i, i + 2);
    if (two === '//') {
      // A backslash at the end of the line continues the comment on the next line.
      LINE_END.lastIndex = i;
      const stop = LINE_END.exec(source)?.index ?? source.length;
      out += source.slice(i, stop).replace(/[^\r\n]/g, ' ');
      i = stop;
    } else if (two === '/*') {
      const end = source.indexOf('*/', i + 2);
      if (end < 0) throw new ShaderError('this comment is not closed', placeOf(source, i));
      const stop = end + 2;
      out += source.slice(i, stop).replace(/[^\r\n]/g, ' ');
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

/** ANGLE's limit for one token. */
const MAX_LENGTH = 256;

/** Formats a character for a message. An invisible one (a byte order mark, a soft hyphen) becomes its number. */
export function characterName(text: string): string {
  const code = text.codePointAt(0) ?? 0;
  const seen = /[\p{L}\p{N}\p{P}\p{S}]/u.test(String.fromCodePoint(code));
  return seen ? `'${String.fromCodePoint(code)}'` : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Splits one line into tokens. */
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
    if (!m) {
      const other = String.fromCodePoint(text.codePointAt(i) ?? 0);
      tokens.push({ kind: 'other', text: other, line, column, spaced });
      work.spend(2);
      i += other.length;
      spaced = false;
      continue;
    }
    if (m[0].length > MAX_LENGTH)
      throw new ShaderError(`'${m[0].slice(0, 20)}…' has ${m[0].length} characters; a name has at most ${MAX_LENGTH}`, {
        line,
        column,
      });
    const kind = m[1] !== undefined ? 'name' : m[2] !== undefined ? 'float' : m[3] !== undefined ? 'int' : 'operator';
    tokens.push({ kind, text: m[0], line, column, spaced });
    work.spend(2);
    i = TOKEN.lastIndex;
    spaced = false;
  }
  return tokens;
}

/** Makes the error for a token after the end of a directive. */
export function unexpectedAfter(directive: string, token: Token): ShaderError {
  return new ShaderError(`'${token.text}' is not expected after ${directive}`, token);
}
