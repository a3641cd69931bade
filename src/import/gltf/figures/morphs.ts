/** Reads and names the morph targets of a glTF model. */
import type { Mesh, Node } from '@gltf-transform/core';
import type { SourceMorphTarget, SourcePart } from '../../model/source-model.ts';
import { uniqueName } from '../../model/unique-names.ts';
import type { Warn } from '../../report/warnings.ts';
import { MAX_NUMBER } from '../floats.ts';
import type { FileAnimation } from '../loading/file-animations.ts';
import { meshAt } from '../scene-meshes.ts';
import type { Expression } from './vrm.ts';

/** Maximum number of targets that the mesh reader accepts (docs/formats.md). */
const MAX_TARGETS = 256;

/**
 * Names morph targets and chooses those that a model keeps.
 *
 * Clips and applications move targets by name, and one name moves every part that has it. Targets of two meshes with the same
 * name share their weight, which suits a face of several meshes. If clips animate either of the two nodes, the second is renamed:
 * in glTF each node has its own weights.
 *
 * Where a VRM has expressions, they are the targets: each is the weighted sum of the raw targets that it binds. Raw targets that
 * no clip moves are then left out (a usual VRM builds a dozen expressions from 57 raw targets).
 */
export class Morphs {
  readonly #names = new Map<Node, readonly string[]>();
  readonly #owners = new Map<string, Node>();
  readonly #animated = new Set<Node>();
  readonly #expressions: readonly Expression[];
  readonly #warn: Warn;

  constructor(animations: readonly FileAnimation[], expressions: readonly Expression[], warn: Warn) {
    this.#expressions = expressions;
    this.#warn = warn;
    for (const { channels } of animations)
      for (const { node, path } of channels) if (node && path === 'weights') this.#animated.add(node);
  }

  /** Returns the default weights of the node's mesh. The node's own weights override the mesh's. */
  weights(node: Node): readonly number[] {
    const own = node.getWeights();
    return own.length > 0 ? own : (node.getMesh()?.getWeights() ?? []);
  }

  /** Returns a name for each target of the node's mesh. */
  names(node: Node): readonly string[] {
    let names = this.#names.get(node);
    const mesh = node.getMesh();
    if (!names && mesh) this.#names.set(node, (names = this.#name(node, mesh)));
    return names ?? [];
  }

  #name(node: Node, mesh: Mesh): string[] {
    const count = Math.max(0, ...mesh.listPrimitives().map(p => p.listTargets().length));
    const given: unknown = mesh.getExtras().targetNames;
    const used = new Set<string>();
    return Array.from({ length: count }, (_, t) => {
      const own: unknown = Array.isArray(given) ? given[t] : undefined;
      const base = typeof own === 'string' && own !== '' ? own : `${mesh.getName() || 'mesh'}.${t}`;
      const name = uniqueName(base, n => used.has(n) || this.#taken(n, node));
      used.add(name);
      if (!this.#owners.has(name)) this.#owners.set(name, node);
      return name;
    });
  }

  #taken(name: string, node: Node): boolean {
    const owner = this.#owners.get(name);
    return owner !== undefined && owner !== node && (this.#animated.has(owner) || this.#animated.has(node));
  }

  /** Returns the part as the node shows it: targets named, default weights applied to positions and normals. */
  apply(part: SourcePart, node: Node): SourcePart {
    const raw = part.morphTargets;
    if (!raw || raw.length === 0) return part;
    const shaped = withWeights(part, this.weights(node));
    const names = this.names(node);
    const expressed = this.#expressed(node, raw);
    const keepRaw = expressed === undefined || this.#animated.has(node);
    const named = keepRaw ? raw.map(({ colors: _, ...target }, t) => ({ ...target, name: names[t] ?? target.name })) : [];
    if (!keepRaw) this.#warn(`${meshAt(node.getMesh())}: morph targets that no expression uses are left out`);
    const targets = [...(expressed ?? []), ...named].filter(moves);
    if (targets.length > MAX_TARGETS)
      this.#warn(
        `${meshAt(node.getMesh())}: ${targets.length} morph targets; those behind the first ${MAX_TARGETS} are left out`,
      );
    const { morphTargets: _, ...rest } = shaped;
    return targets.length > 0 ? { ...rest, morphTargets: targets.slice(0, MAX_TARGETS) } : rest;
  }

  /** Returns the expressions that bind this node's mesh as targets; undefined where there are none. */
  #expressed(node: Node, raw: readonly SourceMorphTarget[]): SourceMorphTarget[] | undefined {
    const out: SourceMorphTarget[] = [];
    for (const { name, binds } of this.#expressions) {
      const mine = binds.filter(b => b.nodes.has(node));
      const parts = mine.flatMap(b => (raw[b.target] ? [{ target: raw[b.target], weight: b.weight }] : []));
      if (parts.length === 0) continue;
      const target = sum(name, parts);
      if (target.positions.every(isSmall) && (target.normals?.every(isSmall) ?? true)) out.push(target);
      else this.#warn(`expression ${name}: left out, because its weights move vertices beyond all measure`);
    }
    return out.length > 0 ? out : undefined;
  }
}

/** A target that moves each vertex at most this far (metres, or share of a normal's length) is left out. */
const STILL = 1e-7;

const isSmall = (x: number): boolean => Math.abs(x) <= MAX_NUMBER;

const moves = (t: SourceMorphTarget): boolean =>
  t.positions.some(x => Math.abs(x) > STILL) || (t.normals?.some(x => Math.abs(x) > STILL) ?? false);

function sum(name: string, parts: readonly { target: SourceMorphTarget; weight: number }[]): SourceMorphTarget {
  const positions = new Float32Array(parts[0].target.positions.length);
  const normals = parts.some(p => p.target.normals) ? new Float32Array(positions.length) : undefined;
  for (const { target, weight } of parts) {
    for (let i = 0; i < positions.length; i++) positions[i] += target.positions[i] * weight;
    if (normals && target.normals) for (let i = 0; i < normals.length; i++) normals[i] += target.normals[i] * weight;
  }
  return { name, positions, ...(normals ? { normals } : {}) };
}

/**
 * Adds the default weights to the base (glTF 2.0 section 3.7.2.2: base plus each target times its weight). Clips then store the
 * difference from these weights.
 */
function withWeights(part: SourcePart, weights: readonly number[]): SourcePart {
  if (!part.morphTargets || weights.every(w => w === 0)) return part;
  const positions = part.positions.slice();
  const normals = part.normals.slice();
  let colors = part.colors;
  part.morphTargets.forEach((target, t) => {
    const weight = weights[t] ?? 0;
    if (weight === 0) return;
    for (let i = 0; i < positions.length; i++) positions[i] += target.positions[i] * weight;
    if (target.normals) for (let i = 0; i < normals.length; i++) normals[i] += target.normals[i] * weight;
    const { colors: deltas } = target;
    // Deltas of colours add to white where the base has none, as in three.js.
    if (deltas) colors = (colors ?? new Float32Array(deltas.length).fill(1)).map((x, i) => Math.max(0, x + deltas[i] * weight));
  });
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i], normals[i + 1], normals[i + 2]);
    if (length > 0) for (let k = i; k < i + 3; k++) normals[k] /= length;
  }
  return { ...part, positions, normals, ...(colors ? { colors } : {}) };
}
