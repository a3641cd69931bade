import type { Material, Matrix4 } from 'three';
import { surfaceFor } from '../materials/plain-materials.ts';
import { ALPHA, LIGHTMAP, LIT } from '../materials/surface-variant.ts';
import type { DrawItem, DrawList } from './draw-list.ts';
import { isMirrored } from './object-uniforms.ts';

/** Fewer copies are drawn one by one. */
const FEWEST = 3;

/**
 * Larger meshes are drawn one by one: the instanced shader takes nine slots a vertex more (docs/shaders.md), which from about so
 * many vertices on costs more than the draw calls that it saves.
 */
const MOST_VERTICES = 1000;

/** Numbers an instance: the top three rows of its matrix. */
export const INSTANCE_FLOATS = 12;

/** Copies whose scales differ by less are lit as one; so are the axes of one. */
const SAME_SCALE = 0.01;

/**
 * Finds copies of small rigid meshes that stand next to each other in the sorted draw list, and gathers their matrices. A run is
 * drawn by one call.
 */
export class Instances {
  /** How many draw calls from this place of the order on are one run; 1 for a call of its own. */
  runs = new Uint16Array(0);
  /** Where the run's matrices begin, in instances. */
  starts = new Uint16Array(0);
  rows = new Float32Array(0);
  /** Instances gathered. */
  count = 0;

  /** @param order, calls - the sorted draw calls of `list`. */
  gather(list: DrawList, order: Uint16Array, calls: number): void {
    if (this.runs.length < list.keys.length) {
      this.runs = new Uint16Array(list.keys.length);
      this.starts = new Uint16Array(list.keys.length);
      this.rows = new Float32Array(list.keys.length * INSTANCE_FLOATS);
    }
    this.count = 0;
    const { items, itemOf } = list;
    for (let i = 0; i < calls; ) {
      const first = items[itemOf[order[i]]];
      let length = 1;
      if (isEligible(first)) while (i + length < calls && isCopy(first, items[itemOf[order[i + length]]])) length++;
      this.runs[i] = 1;
      if (length < FEWEST) {
        i++;
        continue;
      }
      this.runs[i] = length;
      this.starts[i] = this.count;
      for (let k = 0; k < length; k++)
        writeRows(this.rows, this.count++ * INSTANCE_FLOATS, items[itemOf[order[i + k]]].mesh.matrixWorld);
      i += length;
    }
  }
}

function isEligible({ mesh, rows, material, levels, level }: DrawItem): boolean {
  if (rows.length > 0 || levels[level].geometry.attributes.position.count > MOST_VERTICES) return false;
  const variant = surfaceFor(material)?.variant;
  if (variant === undefined || variant & (ALPHA | LIGHTMAP)) return false;
  return !(variant & LIT) || isEven(mesh.matrixWorld);
}

/** The instanced shader takes normals as long as the matrix makes them; one length is taken off the light of all: their axes must be of that length. */
const isLit = (material: Material): boolean => ((surfaceFor(material)?.variant ?? 0) & LIT) !== 0;

/** Whether all three axes are scaled alike. */
function isEven({ elements: m }: Matrix4): boolean {
  const x = m[0] * m[0] + m[1] * m[1] + m[2] * m[2];
  const y = m[4] * m[4] + m[5] * m[5] + m[6] * m[6];
  const z = m[8] * m[8] + m[9] * m[9] + m[10] * m[10];
  return Math.abs(x - y) <= 2 * SAME_SCALE * x && Math.abs(x - z) <= 2 * SAME_SCALE * x;
}

function isCopy(a: DrawItem, b: DrawItem): boolean {
  if (a.levels !== b.levels && a.levels[a.level].geometry !== b.levels[b.level].geometry) return false;
  if (a.level !== b.level || a.material !== b.material || a.lighting !== b.lighting) return false;
  if (isLit(a.material) && !isEven(b.mesh.matrixWorld)) return false;
  const m = a.mesh.matrixWorld.elements;
  const n = b.mesh.matrixWorld.elements;
  const first = m[0] * m[0] + m[1] * m[1] + m[2] * m[2];
  const second = n[0] * n[0] + n[1] * n[1] + n[2] * n[2];
  return Math.abs(first - second) <= 2 * SAME_SCALE * first && isMirrored(a.mesh.matrixWorld) === isMirrored(b.mesh.matrixWorld);
}

function writeRows(out: Float32Array, at: number, { elements: m }: Matrix4): void {
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 4; column++) out[at + row * 4 + column] = m[column * 4 + row];
  }
}
