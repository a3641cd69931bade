/** Merges the skins of a glTF model into one. */

import type { Node, Skin } from '@gltf-transform/core';
import { mat4 } from 'gl-matrix';
import { counted, countedAre } from '../../../core/counted.ts';
import type { SourcePart, SourceSkin } from '../../model/source-model.ts';
import type { Warn } from '../../report/warnings.ts';
import { MAX_NUMBER, mendedFloats } from '../floats.ts';
import type { NodeTree } from '../node-tree.ts';
import { bindUnit, scaledPart } from './bind-unit.ts';

interface BoundSkin {
  /** Of the merged skin, for each joint of this one. */
  readonly numbers: readonly number[];
  /** What its vertices are multiplied by. */
  readonly unit: number;
}

/** Merges several skins into one. A joint may occur in it twice, with different matrices. */
export class Binding {
  readonly #tree: NodeTree;
  readonly #url: string;
  readonly #warn: Warn;
  readonly #numbers = new Map<string, number>();
  readonly #joints: string[] = [];
  readonly #matrices: mat4[] = [];
  readonly #skins = new Map<Skin, BoundSkin>();
  readonly #jointsOf: (skin: Skin) => readonly Node[];

  /** @param jointsOf - the joints of a skin as the file lists them; glTF-Transform lists each once. */
  constructor(tree: NodeTree, jointsOf: (skin: Skin) => readonly Node[], url: string, warn: Warn) {
    this.#tree = tree;
    this.#jointsOf = jointsOf;
    this.#url = url;
    this.#warn = warn;
  }

  /** @returns the number of the joint with this inverse bind matrix. */
  add(joint: string, inverseBind: mat4): number {
    const key = `${joint}\n${Array.from(inverseBind).join()}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#joints.push(joint) - 1;
      this.#matrices.push(inverseBind);
      this.#numbers.set(key, number);
    }
    return number;
  }

  /** Returns the part with its joints renumbered for the merged skin, about in the model's unit. */
  bind(part: SourcePart, skin: Skin, at: string): SourcePart {
    let bound = this.#skins.get(skin);
    if (!bound) this.#skins.set(skin, (bound = this.#bindSkin(skin)));
    return withJoints(scaledPart(part, bound.unit), bound.numbers, at, this.#warn);
  }

  /**
   * Adds a skin's joints. Without inverse bind matrices all are the identity (glTF 2.0 section 3.7.3.1). A joint whose matrix is
   * missing, holds no numbers or has an inverse beyond all measure is bound as it stands.
   */
  #bindSkin(skin: Skin): BoundSkin {
    const at = `skin ${skin.getName()} inverseBindMatrices`;
    const matrices = skin.getInverseBindMatrices();
    const joints = this.#jointsOf(skin);
    const { values, bad } = matrices
      ? mendedFloats(matrices, 16, 0, this.#url, at)
      : { values: undefined, bad: new Set<number>() };
    const given = values ? Math.floor(values.length / 16) : joints.length;
    if (given < joints.length)
      this.#warn(`${at}: ${given} for ${counted(joints.length, 'joint')}; the others are bound as they stand`);
    let wrong = 0;
    const inverse = joints.map((joint, j): mat4 => {
      let matrix: mat4 | undefined =
        j < given ? ((values?.slice(j * 16, j * 16 + 16) as mat4 | undefined) ?? mat4.create()) : undefined;
      if (matrix && (bad.has(j) || !isUsable(matrix))) {
        wrong++;
        matrix = undefined;
      }
      return matrix ?? mat4.invert(mat4.create(), this.#tree.world(joint)) ?? mat4.create();
    });
    if (wrong > 0) this.#warn(`${at}: ${wrong} of ${joints.length} are beyond all measure; those joints are bound as they stand`);
    const unit = bindUnit(joints.map((joint, j) => mat4.multiply(mat4.create(), this.#tree.world(joint), inverse[j])));
    const scale = [1 / unit, 1 / unit, 1 / unit] as const;
    const numbers = joints.map((joint, j) =>
      this.add(this.#tree.names.get(joint) ?? '', mat4.scale(mat4.create(), inverse[j], scale)),
    );
    return { numbers, unit };
  }

  skin(): SourceSkin {
    const inverseBind = new Float32Array(this.#joints.length * 16);
    this.#matrices.forEach((m, i) => {
      inverseBind.set(m, i * 16);
    });
    return { joints: this.#joints, inverseBind };
  }
}

/** Whether a joint may have this matrix. One that flattens is allowed; one whose inverse exceeds all bounds is none. */
function isUsable(matrix: mat4): boolean {
  const inverse = mat4.invert(mat4.create(), matrix);
  return inverse === null || Array.from(inverse).every(x => Math.abs(x) <= MAX_NUMBER);
}

/** Binds vertices without weights wholly to the first joint that they name. */
function withJoints(part: SourcePart, map: readonly number[], at: string, warn: Warn): SourcePart {
  const { joints: from, weights: given } = part;
  if (!from || !given) return part;
  const weights = given.slice();
  let astray = 0;
  for (let i = 0; i < weights.length; i++)
    if (weights[i] > 0 && from[i] >= map.length) {
      weights[i] = 0;
      astray++;
    }
  if (astray > 0) warn(`${at}: ${countedAre(astray, 'weight')} left out: the skin of ${map.length} does not have their joints`);
  for (let v = 0; v < weights.length; v += 4)
    if (!(weights[v] > 0 || weights[v + 1] > 0 || weights[v + 2] > 0 || weights[v + 3] > 0)) weights.set([1, 0, 0, 0], v);
  const joints = Uint16Array.from(from, (joint, i) => {
    // Exporters leave garbage where the weight is 0.
    return weights[i] > 0 ? (map[joint] ?? map[0]) : 0;
  });
  mergeTwins(joints, weights);
  return { ...part, joints, weights };
}

/** Merges a joint that a vertex names twice, adding both weights. glTF allows each joint only once. */
function mergeTwins(joints: Uint16Array, weights: Float32Array): void {
  for (let v = 0; v < weights.length; v += 4)
    for (let k = v + 1; k < v + 4; k++)
      for (let first = v; first < k; first++)
        if (weights[k] > 0 && weights[first] > 0 && joints[k] === joints[first]) {
          weights[first] += weights[k];
          weights[k] = joints[k] = 0;
        }
}

/** Binds all vertices wholly to one joint. */
export function rigid(part: SourcePart, joint: number): SourcePart {
  const count = part.positions.length / 3;
  const joints = new Uint16Array(count * 4);
  const weights = new Float32Array(count * 4);
  for (let v = 0; v < count * 4; v += 4) {
    joints[v] = joint;
    weights[v] = 1;
  }
  return { ...part, joints, weights };
}
