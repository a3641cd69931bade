import { type Place, ShaderError } from '../../shader-error.ts';
import type { Declaration, Expression, Storage, Unit, Variable } from '../ast.ts';
import type { Stage } from '../builtin-variables.ts';
import { partsOf } from '../parts.ts';
import { contains, isSampler, type Type, typeName } from '../type.ts';

// Rules for global variables and for the types of each storage.

/** Checks the type of a variable against its storage. @throws ShaderError */
export function checkStorage(name: string, type: Type, storage: Storage, stage: Stage, place: Place): void {
  if (storage === 'attribute' && stage === 'fragment') throw new ShaderError('attributes belong to the vertex shader', place);
  if (
    (storage === 'attribute' || storage === 'varying') &&
    (type.base !== 'float' || (storage === 'attribute' && type.count !== undefined))
  )
    throw new ShaderError(`${storage === 'attribute' ? 'an attribute' : 'a varying'} cannot be ${typeName(type)}`, place);
  if (contains(type, isSampler) && storage !== 'uniform') throw new ShaderError(`'${name}': a sampler must be a uniform`, place);
}

/** Returns the part of a global's initial value that ANGLE rejects. ANGLE accepts uniforms and other globals for old content. */
function unfitPart(e: Expression): Expression | undefined {
  if (e.kind === 'name') {
    const { storage } = e.variable ?? {};
    return storage === 'const' || storage === 'global' || storage === 'uniform' ? undefined : e;
  }
  if (e.kind === 'assign' || e.kind === 'step') return e;
  if (e.kind === 'call' && (!e.target || 'define' in e.target || e.name.startsWith('texture'))) return e;
  for (const part of partsOf(e)) {
    const found = unfitPart(part);
    if (found) return found;
  }
  return undefined;
}

/** Checks the initial value of a global variable. @throws ShaderError */
export function checkGlobalInitial({ name, initial }: Declaration): void {
  const unfit = initial && unfitPart(initial);
  if (unfit) throw new ShaderError(`the initial value of the global '${name}' must be constant`, unfit.place);
}

/** Checks `invariant name;`. @throws ShaderError */
export function checkInvariants({ invariants }: Unit, variables: readonly Variable[]): void {
  for (const { name, place } of invariants) {
    const found = variables.find(v => v.name === name);
    const before =
      found && (found.place.line < place.line || (found.place.line === place.line && found.place.column < place.column));
    if (!found || !before) throw new ShaderError(`'${name}' is not declared`, place);
    if (found.storage !== 'varying' && !INVARIANT.has(name))
      throw new ShaderError(`'${name}' cannot be invariant: only a varying can`, place);
  }
}

const INVARIANT = new Set(['gl_Position', 'gl_PointSize', 'gl_FragCoord', 'gl_PointCoord', 'gl_FragColor', 'gl_FragData']);

/** Checks that a fragment shader writes only one of gl_FragColor and gl_FragData. @throws ShaderError where it names both */
export function checkOutputs(variables: readonly Variable[], place: Place): void {
  const used = (name: string) => variables.some(v => v.name === name && v.used);
  if (used('gl_FragColor') && used('gl_FragData'))
    throw new ShaderError('a shader cannot use both gl_FragColor and gl_FragData', place);
}
