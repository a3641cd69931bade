import type { Declaration, Expression, FunctionDefinition, Statement, Variable } from '../glsl/ast.ts';
import type { Stage } from '../glsl/builtin-variables.ts';
import { readShader } from '../glsl/read-shader.ts';
import type { Struct, Type } from '../glsl/type.ts';
import { Work } from '../work-budget.ts';
import { hlslExpression, hlslName, hlslType } from './expression.ts';

const INDENT = '  ';

/**
 * Returns the HLSL that ANGLE makes of a shader for Direct3D 9, according to our model of ANGLE.
 * The bodies of ANGLE's helpers (`vec3_ctor`, `mod_emu`, `gl_texture2D` and so on) and its linking code are left out.
 *
 * @throws ShaderError where the source is not valid GLSL
 */
export function hlslText(source: string, stage: Stage): string {
  const { program } = readShader(source, stage, new Work());
  const lines: string[] = [];
  const structs = new Set<Struct>();
  for (const item of program.unit.items) {
    if ('kind' in item) {
      for (const d of item.declarations) declareStruct(d.type, structs, lines);
      lines.push(...globalLines(item.storage, item.declarations));
    } else if (item.body) lines.push('', ...functionLines(item));
  }
  return lines.join('\n').trim();
}

function declareStruct({ struct }: Type, known: Set<Struct>, lines: string[]): void {
  if (!struct || known.has(struct)) return;
  known.add(struct);
  for (const f of struct.fields) declareStruct(f.type, known, lines);
  lines.push(`struct _${struct.name} {`, ...struct.fields.map(f => `${INDENT}${declarator(f.type, `_${f.name}`)};`), '};');
}

const declarator = (type: Type, name: string): string =>
  `${hlslType(type)} ${name}${type.count === undefined ? '' : `[${type.count}]`}`;

function globalLines(storage: Variable['storage'], declarations: readonly Declaration[]): string[] {
  const word = storage === 'uniform' ? 'uniform' : storage === 'const' ? 'static const' : 'static';
  return declarations.flatMap(d =>
    d.variable ? [`${word} ${declarator(d.variable.type, hlslName(d.name))}${initial(d)};`] : [],
  );
}

const initial = (d: Declaration): string => (d.initial ? ` = ${hlslExpression(d.initial)}` : '');

function functionLines({ name, returns, parameters, body }: FunctionDefinition): string[] {
  const list = parameters.map(p => `${p.direction} ${declarator(p.type, `_${p.name}`)}`).join(', ');
  const head = `${hlslType(returns)} ${name === 'main' ? 'gl_main' : `_${name}`}(${list}) {`;
  return [head, ...(body ? inner(body) : []), '}'];
}

/** Returns the lines of a body, indented by one level. */
function inner(s: Statement): string[] {
  const lines = s.kind === 'block' ? s.body.flatMap(statementLines) : statementLines(s);
  return lines.map(line => INDENT + line);
}

function statementLines(s: Statement): string[] {
  switch (s.kind) {
    case 'block':
      return ['{', ...inner(s), '}'];
    case 'declare':
      return s.declarations.map(
        d => `${s.storage === 'const' ? 'const ' : ''}${declarator(d.variable?.type ?? d.type, `_${d.name}`)}${initial(d)};`,
      );
    case 'expression':
      return [`${hlslExpression(s.expression)};`];
    case 'if':
      return [`if (${hlslExpression(s.condition)}) {`, ...inner(s.yes), ...(s.no ? ['} else {', ...inner(s.no)] : []), '}'];
    case 'for': {
      const first = s.first ? statementLines(s.first).join(' ') : ';';
      const condition = s.condition ? hlslExpression(s.condition as Expression) : '';
      return [`for (${first} ${condition}; ${s.next ? hlslExpression(s.next) : ''}) {`, ...inner(s.body), '}'];
    }
    case 'return':
      return [s.value ? `return ${hlslExpression(s.value)};` : 'return;'];
    case 'break':
    case 'continue':
    case 'discard':
      return [`${s.kind};`];
    default:
      return [];
  }
}
