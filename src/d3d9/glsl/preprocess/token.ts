import { type Place, ShaderError } from '../../shader-error.ts';
import type { Work } from '../../work-budget.ts';

export interface Token extends Place {
  /** `other` is a character that GLSL does not have: an error only where it is used. */
  readonly kind: 'name' | 'float' | 'int' | 'operator' | 'other' | 'end';
  readonly text: string;
  /** White space stands before it (matters for function-like macro definitions only). */
  readonly spaced: boolean;
  /** Macros that this token came out of, which must not expand again. */
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
 * Comments become spaces of the same extent, so that lines and columns stay; line continuations too.
 * @throws ShaderError where a comment is not closed.
 */
export function withoutComments(source: string): string {
  let out = '';
  let i = 0;
  while (i < source.length) {
    const two = source.slice(i, i + 2);
    if (two === '//') {
      // A backslash at the end of the line takes the next line into the comment.
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

/** A character as it can stand in a message; one that is not seen (a byte order mark, a soft hyphen) by its number. */
export function characterName(text: string): string {
  const code = text.codePointAt(0) ?? 0;
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

/** The error for a token behind a directive that should end its line. */
export function unexpectedAfter(directive: string, token: Token): ShaderError {
  return new ShaderError(`'${token.text}' is not expected after ${directive}`, token);
}
