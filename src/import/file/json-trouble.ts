/** Says in words why a text is no JSON. */

const WHY = {
  comment: 'a comment, which JSON does not allow',
  quote: 'single quotes, which JSON does not allow',
  comma: 'a comma before a closing bracket, which JSON does not allow',
  number: 'NaN or Infinity, which JSON does not allow',
};

/**
 * Returns what most files get wrong that a person or a script wrote, with the line; undefined where it is none of that.
 *
 * `jsonTrouble('{"a": [1, NaN]}') // 'it has NaN or Infinity, which JSON does not allow, in line 1'`
 */
export function jsonTrouble(text: string): string | undefined {
  const found = firstTrouble(text);
  if (found === undefined || typeof found === 'string') return found;
  const line = text.slice(0, found.at).split('\n').length;
  return `it has ${WHY[found.why]}, in line ${line}`;
}

function firstTrouble(text: string): string | { readonly why: keyof typeof WHY; readonly at: number } | undefined {
  let depth = 0;
  // The start of a text, a bracket, or what stands between them.
  const tokens = /["{}[\]']|\/[/*]|,\s*(?=[}\]])|-?(?:NaN|Infinity)\b/gi;
  for (let match = tokens.exec(text); match; match = tokens.exec(text)) {
    const [token] = match;
    const at = match.index;
    if (token === '"') {
      const end = endOfText(text, at);
      if (end < 0) return 'the file is cut: a text in its JSON does not end';
      tokens.lastIndex = end + 1;
    } else if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') {
      depth--;
      if (depth === 0 && /\S/.test(text.slice(at + 1))) return 'something stands behind its JSON';
    } else if (token[0] === '/') return { why: 'comment', at };
    else if (token[0] === "'") return { why: 'quote', at };
    else if (token[0] === ',') return { why: 'comma', at };
    else return { why: 'number', at };
  }
  return depth > 0 ? 'the file is cut: its JSON does not end' : undefined;
}

/**
 * Returns where the text that begins at `at` ends, or -1. A regular expression for it overflows the stack of the engine from 5 million
 * letters: models store buffers and pictures in texts.
 */
function endOfText(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}
