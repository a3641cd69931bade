import { type Place, ShaderError } from '../../shader-error.ts';
import type { Expression } from '../ast.ts';
import { isMatrix, isSampler, isScalar, sameType, sizeOf, type Type, typeName, VOID } from '../type.ts';

/**
 * Returns the type of `vec3(…)`, `mat2(…)`, `Light(…)` and so on (GLSL ES 1.00, section 5.4).
 * @throws ShaderError where the arguments do not fit.
 */
export function constructed(of: Type, args: readonly Expression[], place: Place): Type {
  const name = typeName(of);
  if (args.length === 0) throw new ShaderError(`${name}() needs a value`, place);
  if (of.struct) {
    const fields = of.struct.fields;
    if (fields.length !== args.length)
      throw new ShaderError(`${name}() takes ${fields.length} values, got ${args.length}`, place);
    fields.forEach((f, i) => {
      if (!sameType(f.type, args[i].type))
        throw new ShaderError(`'${f.name}' of ${name} is ${typeName(f.type)}, not ${typeName(args[i].type)}`, args[i].place);
    });
    return of;
  }
  if (isSampler(of) || of === VOID) throw new ShaderError(`${name} cannot be made`, place);
  for (const a of args)
    if (a.type.struct || a.type.count !== undefined || isSampler(a.type) || a.type === VOID)
      throw new ShaderError(`${name}() cannot take ${typeName(a.type)}`, a.place);
  const wanted = sizeOf(of);
  if (isScalar(of)) {
    if (args.length > 1) throw new ShaderError(`${name}() takes one value`, place);
    return of;
  }
  if (args.length === 1 && (isScalar(args[0].type) || (isMatrix(of) && isMatrix(args[0].type)))) return of;
  let have = 0;
  for (const a of args) {
    if (have >= wanted) throw new ShaderError(`${name}() has too many values`, a.place);
    if (isMatrix(of) && isMatrix(a.type)) throw new ShaderError(`${name}() takes one matrix alone`, a.place);
    have += sizeOf(a.type);
  }
  if (have < wanted) throw new ShaderError(`${name}() needs ${wanted} values, got ${have}`, place);
  return of;
}
