import { typeName } from '../../glsl/type.ts';
import type { Candidate, Edit } from '../hint.ts';
import { expressionsOf, NotInSource, type ShaderText } from '../shader-text.ts';

/**
 * Suggests one array for each field in place of an array of structs. `bones[i].row0` multiplies the index by the struct's size
 * and adds the field's offset.
 */
export function* structArrays(shader: ShaderText): Generator<Candidate> {
  const visits = expressionsOf(shader.program);
  for (const variable of shader.program.variables) {
    const { struct, count } = variable.type;
    if (variable.storage !== 'uniform' || !struct || count === undefined) continue;
    try {
      const uses = visits.filter(({ e }) => e.kind === 'name' && e.variable === variable);
      const members = visits.flatMap(({ e }) =>
        e.kind === 'member' &&
        e.object.kind === 'index' &&
        e.object.object.kind === 'name' &&
        e.object.object.variable === variable
          ? [e]
          : [],
      );
      // The whole array, or a whole struct of it, is used as a value. Arrays of fields cannot replace that.
      if (members.length === 0 || members.length !== uses.length) continue;
      const nameOf = (field: string) => `${variable.name}_${field}`;
      const edits: Edit[] = members.flatMap(e => {
        if (e.object.kind !== 'index') return [];
        const array = shader.span(e.object.object);
        const element = shader.span(e.object);
        return [
          { ...array, text: nameOf(e.member) },
          { start: element.end, end: shader.span(e).end, text: '' },
        ];
      });
      const declared = struct.fields.map(f => {
        const { count: inner, ...type } = f.type;
        if (inner !== undefined) throw new NotInSource();
        return `uniform ${typeName(type)} ${nameOf(f.name)}[${count}];`;
      });
      edits.push(shader.redeclare(variable, () => declared.join('\n')));
      yield {
        title: `Make an array of each field of ${variable.name}`,
        explanation: 'Arrays of fields are indexed without multiplying and adding. The uniforms are uploaded field by field.',
        line: members[0].place.line,
        edits,
      };
    } catch (error) {
      if (!(error instanceof NotInSource)) throw error;
    }
  }
}
