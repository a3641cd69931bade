/** Conditions of `#if`. */
import { type Place, ShaderError } from '../../shader-error.ts';
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

const LARGEST = 0xffff_ffff;

/**
 * Returns the value of an #if condition.
 * Like ANGLE, it rejects a name that is not a macro, unless `&&` or `||` is decided before the name.
 *
 * @throws ShaderError where the tokens are not an integer expression
 */
export function evaluateCondition(tokens: readonly Token[], place: Place): number {
  let i = 0;
  let depth = 0;
  /** The number of enclosing operators whose value is already decided. */
  let decided = 0;
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
    } else if (t.kind === 'int') value = integer(t);
    else if (t.kind === 'name') {
      if (decided === 0) throw new ShaderError(`'${t.text}' is not defined: test it with defined(${t.text}) && first`, t);
      value = 0;
    } else return bad();
    depth--;
    return value;
  };
  const binary = (level: number): number => {
    let left = unary();
    for (let op = tokens[i]; op && LEVELS[op.text] >= level; op = tokens[i]) {
      i++;
      const known = (op.text === '&&' && left === 0) || (op.text === '||' && left !== 0);
      if (known) decided++;
      const right = binary(LEVELS[op.text] + 1);
      left = known ? Number(left !== 0) : fold(op, left, right, decided > 0);
      if (known) decided--;
    }
    return left;
  };
  const value = binary(1);
  if (i < tokens.length) bad();
  return value;
}

function integer(t: Token): number {
  const text = t.text.replace(/[uU]$/, '');
  const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  if (value > LARGEST) throw new ShaderError(`${text} is larger than an integer can be`, t);
  return value;
}

function fold(operator: Token, a: number, b: number, decided: boolean): number {
  const op = operator.text;
  if (!decided && b === 0 && (op === '/' || op === '%')) throw new ShaderError(`${a} ${op} 0 is a division by zero`, operator);
  if (!decided && (op === '<<' || op === '>>') && (b < 0 || b > 31))
    throw new ShaderError(`${a} ${op} ${b}: an integer shifts by 0 to 31`, operator);
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
