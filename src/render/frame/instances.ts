/** Finds copies that one instanced call can draw. */

import type { Material, Matrix4 } from 'three';
import { surfaceFor } from '../materials/plain-materials.ts';
import { ALPHA, LIGHTMAP, LIT } from '../materials/surface-variant.ts';
import type { DrawItem, DrawList } from './draw-list.ts';
import { isMirrored } from './object-uniforms.ts';

/** Minimum number of copies that are drawn as instances. */
const FEWEST = 3;

/**
 * Maximum vertices of an instanced mesh. The instanced shader takes nine slots a vertex more (docs/shaders.md). Above this size
 * that costs more than the draw calls it saves.
 */
const MOST_VERTICES = 1000;

/** Numbers of an instance: the top three rows of its matrix. */
export const INSTANCE_FLOATS = 12;

/** Copies whose scales differ by less share one lighting scale. The same holds for the axes of one copy. */
const SAME_SCALE = 0.01;

/**
 * Finds copies of small rigid meshes that are adjacent in the sorted draw list, and gathers their matrices. One call draws each
 * run.
 */
export class Instances {
  /** Length of the run that begins at each place of the order; 1 for a single call. */
  runs = new Uint16Array(0);
  /** First instance of the run's matrices. */
  starts = new Uint16Array(0);
  rows = new Float32Array(0);
  /** Number of gathered instances. */
  count = 0;

  /**
   * Finds runs.
   *
   * @param order, calls - the sorted draw calls of `list`.
   */
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

/**
 * Reports whether a material is lit. The instanced shader leaves normals at the matrix's length and removes one scale from the
 * light of all. So lit copies need that scale on all axes.
 */
const isLit = (material: Material): boolean => ((surfaceFor(material)?.variant ?? 0) & LIT) !== 0;

/** Reports whether all three axes have the same scale. */
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
