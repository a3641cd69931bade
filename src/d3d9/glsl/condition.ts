import { type Place, ShaderError } from '../work.ts';
import type { Token } from './token.ts';

const LEVELS: Record<string, number> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '>': 7,
  '<=': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
};

/** Integer expression of an #if. Names that are no macro count as 0, as drivers do. */
export function evaluateCondition(tokens: Token[], place: Place): number {
  let i = 0;
  let depth = 0;
  const bad = (): never => {
    throw new ShaderError(`this #if is no integer expression`, tokens[i] ?? place);
  };
  const unary = (): number => {
    if (++depth > 200) bad();
    const t = tokens[i++];
    let value: number;
    if (!t) return bad();
    if (t.text === '!') value = unary() === 0 ? 1 : 0;
    else if (t.text === '-') value = -unary();
    else if (t.text === '+') value = unary();
    else if (t.text === '~') value = ~unary();
    else if (t.text === '(') {
      value = binary(1);
      if (tokens[i++]?.text !== ')') bad();
    } else if (t.kind === 'int') value = Number(t.text);
    else if (t.kind === 'name') value = 0;
    else return bad();
    depth--;
    return value;
  };
  const binary = (level: number): number => {
    let left = unary();
    for (let op = tokens[i]?.text; op && LEVELS[op] >= level; op = tokens[i]?.text) {
      i++;
      const right = binary(LEVELS[op] + 1);
      left = fold(op, left, right);
    }
    return left;
  };
  const value = binary(1);
  if (i < tokens.length) bad();
  return value;
}

function fold(op: string, a: number, b: number): number {
  switch (op) {
    case '||':
      return a || b ? 1 : 0;
    case '&&':
      return a && b ? 1 : 0;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&':
      return a & b;
    case '==':
      return a === b ? 1 : 0;
    case '!=':
      return a !== b ? 1 : 0;
    case '<':
      return a < b ? 1 : 0;
    case '>':
      return a > b ? 1 : 0;
    case '<=':
      return a <= b ? 1 : 0;
    case '>=':
      return a >= b ? 1 : 0;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? 0 : Math.trunc(a / b);
    default:
      return b === 0 ? 0 : a % b;
  }
}
