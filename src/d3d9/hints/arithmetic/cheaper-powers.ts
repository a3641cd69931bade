/** Hints that replace powers by products. */
import type { Candidate } from '../hint.ts';
import { argumentsOf, type Form, literalOf, rewriteEach } from '../rewrite-each.ts';
import type { ShaderText } from '../shader-text.ts';

/** pow takes log, mul and exp. log and exp repeat for each lane. */
const FORMS: readonly Form[] = [
  {
    title: 'Square several times',
    explanation:
      'A power of two is a chain of squares, and a square is one instruction for all lanes. The same for numbers from 0 on.',
    write: (e, shader) => {
      const [base, power] = argumentsOf(e, 'pow') ?? [];
      const n = power && literalOf(power);
      const times = n === undefined ? 0 : Math.log2(n);
      if (!base || !power || !Number.isInteger(times) || times < 2 || times > 6) return undefined;
      const two = power.type.rows === 1 ? '2.0' : `vec${power.type.rows}(2.0)`;
      return `${'pow('.repeat(times)}${shader.text(base)}${`, ${two})`.repeat(times)}`;
    },
  },
  {
    title: 'Gamma 2 for gamma 2.2',
    explanation: 'A square instead of the power 2.2, a root instead of 1 / 2.2: colours differ by less than 4 of 255.',
    write: (e, shader) => {
      const [base, power] = argumentsOf(e, 'pow') ?? [];
      const n = power && literalOf(power);
      if (!base || !power || n === undefined) return undefined;
      const two = power.type.rows === 1 ? '2.0' : `vec${power.type.rows}(2.0)`;
      if (Math.abs(n - 2.2) < 0.21) return `pow(${shader.text(base)}, ${two})`;
      return Math.abs(n - 1 / 2.2) < 0.04 ? `sqrt(${shader.text(base)})` : undefined;
    },
  },
];

export const cheaperPowers = (shader: ShaderText): Generator<Candidate> => rewriteEach(shader, FORMS);
