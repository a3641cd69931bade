const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|[A-Za-z_]\w*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[uUfF]?|0[xX][\da-fA-F]+|\+\+|--|<<|>>|[-+*/%<>=!&|^]=|&&|\|\||\^\^|\S|\n/g;
const SPACED = new Set('= + - * / < > <= >= == != && || ^^ += -= *= /= ? :'.split(' '));

/**
 * Formats GLSL: one statement a line, two spaces a level, spaces around operators.
 * Directives, comments and tokens stay unchanged.
 */
export function formatShader(source: string): string {
  const out: string[] = [];
  let pending: string[] = [];
  for (const line of source.replace(/\r\n?/g, '\n').replace(/\\\n/g, '\\\u0001').split('\n')) {
    if (/^\s*#/.test(line)) {
      if (pending.length > 0) out.push(...layOut(pending.join('\n'), out));
      pending = [];
      out.push(line.trim().replaceAll('\u0001', '\n'));
    } else pending.push(line);
  }
  if (pending.length > 0) out.push(...layOut(pending.join('\n'), out));
  return `${out
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

/** Counts the levels (open braces) at the end of the lines. */
function openLevels(lines: readonly string[]): number {
  let open = 0;
  for (const line of lines)
    if (!line.startsWith('#'))
      for (const c of line.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')) open += c === '{' ? 1 : c === '}' ? -1 : 0;
  return Math.max(0, open);
}

function layOut(text: string, before: readonly string[]): string[] {
  const lines: string[] = [];
  let level = openLevels(before);
  let brackets = 0;
  let line = '';
  let previous = '';
  let newlines = 0;
  const end = () => {
    if (line.trim() !== '') lines.push('  '.repeat(level) + line.trim());
    line = '';
    previous = '';
  };
  for (const token of text.match(TOKEN) ?? []) {
    if (token === '\n') {
      // One blank line of the author's is kept.
      if (++newlines === 2 && line === '' && lines.length > 0) lines.push('');
      continue;
    }
    const ownLine = newlines > 0;
    newlines = 0;
    if (token.startsWith('//') || token.startsWith('/*')) {
      const lastLine = lines.length - 1;
      if (line === '' && !ownLine && lastLine >= 0) lines[lastLine] += ` ${token}`;
      else {
        line += (line ? ' ' : '') + token;
        if (token.startsWith('//') || line === token) end();
      }
      continue;
    }
    if (token === '}') {
      end();
      level = Math.max(0, level - 1);
      line = '}';
      previous = '}';
      continue;
    }
    // `};`, `} else` and `} name;` stay on the line of the bracket.
    if (previous === '}' && brackets === 0 && token !== ';' && token !== ',' && token !== 'else' && line === '}') {
      const named = /^[A-Za-z_]\w*$/.test(token) && isStructEnd(lines, level);
      if (!named) end();
    }
    line += (needsSpace(previous, token, line) ? ' ' : '') + token;
    if (token === '(' || token === '[') brackets++;
    if (token === ')' || token === ']') brackets--;
    previous = token;
    if (token === ';' && brackets <= 0) {
      brackets = 0;
      end();
    } else if (token === '{') {
      end();
      level++;
    }
  }
  end();
  return lines;
}

/** True where the block that closes at this level began with `struct`. */
function isStructEnd(lines: readonly string[], level: number): boolean {
  const indent = '  '.repeat(level);
  const open = lines.findLast(l => l.endsWith('{') && l.startsWith(indent) && l[indent.length] !== ' ');
  return /\bstruct\b/.test(open ?? '');
}

const word = (s: string): boolean => /^[\w.]/.test(s) && s !== '.';

function needsSpace(previous: string, token: string, line: string): boolean {
  if (previous === '' || previous === '(' || previous === '[' || previous === '.' || previous === '!') return false;
  if (/^[;,)\].]$/.test(token) || token === '[') return false;
  if (token === '(') return /^(if|for|while|return)$/.test(previous) || SPACED.has(previous) || previous === ',';
  if (token === '++' || token === '--') return SPACED.has(previous) || previous === ',' || previous === ';';
  if (previous === '++' || previous === '--') return SPACED.has(token);
  if (SPACED.has(previous) && !isSign(previous, line)) return true;
  if (SPACED.has(previous)) return false;
  if (SPACED.has(token) || token === '{' || previous === ',' || previous === ';' || previous === '}') return true;
  if (previous === ')' || previous === ']') return word(token) || token === '!';
  return word(previous) && (word(token) || token === '!');
}

/** True where the operator at the end of the line is a sign: `-x` after an operator, a bracket, a comma or `return`. */
function isSign(operator: string, line: string): boolean {
  if (operator !== '-' && operator !== '+') return false;
  const before = line.slice(0, -operator.length).trimEnd();
  return before === '' || /(?:[-+*/<>=(&|^?:,[!]|\breturn)$/.test(before);
}
