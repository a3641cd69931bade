import { mat4, type quat, type vec3 } from 'gl-matrix';
import { MAX_NODES } from '../limits.ts';
import type { Glb } from './glb.ts';
import type { JsonCursor } from './json-cursor.ts';

/** One node of the file. */
export interface GlbNode {
  readonly index: number;
  /** As in the file; `node3` where it has none. */
  readonly name: string;
  /** Index of the parent, -1 for a root. */
  readonly parent: number;
  readonly translation: vec3;
  /** Unit length, x y z w. */
  readonly rotation: quat;
  readonly scale: vec3;
  /** To the parent's space. */
  readonly local: mat4;
  /** To the space of the file. */
  readonly world: mat4;
  /** Its JSON. */
  readonly source: JsonCursor;
}

export interface GlbNodes {
  readonly all: readonly GlbNode[];
  /** Indices of all nodes, every parent before its children, otherwise in the order of the file. */
  readonly parentsFirst: readonly number[];
}

/**
 * Reads all nodes of the file with their transforms.
 * @throws FormatError where a node has two parents, is its own ancestor, or has an invalid transform.
 */
export function readNodes({ json }: Glb): GlbNodes {
  const sources = json.list('nodes');
  if (sources.length > MAX_NODES) json.get('nodes').fail(`more than ${MAX_NODES} nodes`);
  const parents = readParents(sources);
  const parentsFirst = sortParentsFirst(sources, parents);
  const all: GlbNode[] = new Array(sources.length);
  for (const index of parentsFirst) {
    const source = sources[index];
    const { translation, rotation, scale, local } = readTransform(source);
    const parent = parents[index];
    const world = parent < 0 ? mat4.clone(local) : mat4.multiply(mat4.create(), all[parent].world, local);
    const name = source.get('name').optionalString(`node${index}`);
    all[index] = { index, name, parent, translation, rotation, scale, local, world, source };
  }
  return { all, parentsFirst };
}

function readParents(sources: readonly JsonCursor[]): Int16Array {
  const parents = new Int16Array(sources.length).fill(-1);
  for (let i = 0; i < sources.length; i++)
    for (const child of sources[i].list('children')) {
      const c = child.integer(0, sources.length - 1);
      if (parents[c] >= 0) child.fail('a node has two parents');
      parents[c] = i;
    }
  return parents;
}

/** Kahn's algorithm: roots, then children once their parents are out. Nodes that never come out are on a circle. */
function sortParentsFirst(sources: readonly JsonCursor[], parents: Int16Array): number[] {
  const children: number[][] = sources.map(() => []);
  const sorted: number[] = [];
  parents.forEach((parent, i) => {
    if (parent < 0) sorted.push(i);
    else children[parent].push(i);
  });
  for (let done = 0; done < sorted.length; done++) sorted.push(...children[sorted[done]]);
  if (sorted.length < sources.length) {
    const reached = new Set(sorted);
    sources
      .find((_, i) => !reached.has(i))
      ?.get('children')
      .fail('a node is its own ancestor');
  }
  return sorted;
}

function readTransform(source: JsonCursor): Pick<GlbNode, 'translation' | 'rotation' | 'scale' | 'local'> {
  const matrix = source.get('matrix');
  if (matrix.present) return fromMatrix(matrix);
  const read = (key: string, identity: number[]) => {
    const at = source.get(key);
    return at.present ? at.numbers(identity.length) : identity;
  };
  const translation = read('translation', [0, 0, 0]) as vec3;
  const rotation = normalized(read('rotation', [0, 0, 0, 1]), source.get('rotation'));
  const scale = read('scale', [1, 1, 1]) as vec3;
  return { translation, rotation, scale, local: mat4.fromRotationTranslationScale(double16(), rotation, translation, scale) };
}

function fromMatrix(at: JsonCursor): Pick<GlbNode, 'translation' | 'rotation' | 'scale' | 'local'> {
  const local = double16();
  mat4.copy(local, at.numbers(16) as mat4);
  const rotation: quat = [0, 0, 0, 1];
  const translation: vec3 = [0, 0, 0];
  const scale: vec3 = [1, 1, 1];
  mat4.decompose(rotation, translation, scale, local);
  return { translation, rotation: normalized(rotation, at), scale, local };
}

function normalized(q: ArrayLike<number>, at: JsonCursor): quat {
  const length = Math.hypot(q[0], q[1], q[2], q[3]);
  if (!(length > 1e-6 && length < 1e6)) at.fail('no rotation: its length is far from 1');
  return [q[0] / length, q[1] / length, q[2] / length, q[3] / length];
}

/** Returns a matrix in double precision. gl-matrix takes any array of 16, and a chain of nodes adds up its roundings. */
function double16(): mat4 {
  return new Array(16).fill(0) as unknown as mat4;
}
