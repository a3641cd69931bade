/** Reads the expressions and the credit of a VRM. */

import type { Document, GLTF, Node } from '@gltf-transform/core';
import { countedAre } from '../../../core/counted.ts';
import type { ModelCredit } from '../../model/source-model.ts';
import { uniqueName } from '../../model/unique-names.ts';
import type { Warn } from '../../report/warnings.ts';
import { toonShades } from './mtoon.ts';

/** A facial expression of a VRM: named weights of morph targets. */
export interface Expression {
  /** The name in VRM 1 (`happy`, `aa`, `blinkLeft`), or the author's own name. */
  readonly name: string;
  readonly binds: readonly ExpressionBind[];
}

export interface ExpressionBind {
  /** The nodes that use the mesh. */
  readonly nodes: ReadonlySet<Node>;
  /** Index of the morph target. */
  readonly target: number;
  /** The weight at the full expression. */
  readonly weight: number;
}

type Json = Readonly<Record<string, unknown>>;

const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
const number = (value: unknown, fallback: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : fallback;

/** Maps VRM 0's preset names to those of VRM 1 (migration table of the VRM 1.0 specification). */
const PRESETS: Readonly<Record<string, string>> = {
  a: 'aa',
  i: 'ih',
  u: 'ou',
  e: 'ee',
  o: 'oh',
  blink: 'blink',
  blink_l: 'blinkLeft',
  blink_r: 'blinkRight',
  joy: 'happy',
  angry: 'angry',
  sorrow: 'sad',
  fun: 'relaxed',
  lookup: 'lookUp',
  lookdown: 'lookDown',
  lookleft: 'lookLeft',
  lookright: 'lookRight',
  neutral: 'neutral',
};

/** Reads the expressions of a VRM 0 or 1; empty for other files. It ignores entries that do not fit the document. */
export function vrmExpressions(json: GLTF.IGLTF, document: Document): Expression[] {
  const extensions = record(json.extensions);
  const nodes = document.getRoot().listNodes();
  const one = record(record(extensions.VRMC_vrm).expressions);
  const out: Expression[] = [];
  const add = (name: string, binds: readonly ExpressionBind[]): void => {
    const unique = uniqueName(name, n => out.some(e => e.name === n));
    if (binds.length > 0) out.push({ name: unique, binds });
  };
  for (const group of [record(one.preset), record(one.custom)])
    for (const [name, expression] of Object.entries(group))
      add(
        name,
        list(record(expression).morphTargetBinds).flatMap(value => {
          const bind = record(value);
          const node = nodes[number(bind.node, -1)];
          return node?.getMesh()
            ? [{ nodes: new Set([node]), target: number(bind.index, -1), weight: number(bind.weight, 1) }]
            : [];
        }),
      );
  const meshes = document.getRoot().listMeshes();
  for (const value of list(record(record(extensions.VRM).blendShapeMaster).blendShapeGroups)) {
    const group = record(value);
    const preset = text(group.presetName)?.toLowerCase();
    add(
      (preset === undefined ? undefined : PRESETS[preset]) ?? text(group.name) ?? 'expression',
      list(group.binds).flatMap(value => {
        const bind = record(value);
        const mesh = meshes[number(bind.mesh, -1)];
        const users = new Set(mesh ? nodes.filter(n => n.getMesh() === mesh) : []);
        // VRM 0 uses percent.
        return users.size > 0 ? [{ nodes: users, target: number(bind.index, -1), weight: number(bind.weight, 100) / 100 }] : [];
      }),
    );
  }
  return out;
}

/** Reads the author and the terms of use: a VRM's meta, else the file's copyright. Undefined where the file states neither. */
export function creditOf(json: GLTF.IGLTF): ModelCredit | undefined {
  const extensions = record(json.extensions);
  const one = record(record(extensions.VRMC_vrm).meta);
  const zero = record(record(extensions.VRM).meta);
  const authors = [...list(one.authors), zero.author].flatMap(a => text(a) ?? []);
  const title = text(one.name) ?? text(zero.title);
  const licence = text(one.licenseUrl) ?? text(zero.licenseName);
  const copyright = text(one.copyrightInformation) ?? text(record(json.asset).copyright);
  const terms: Record<string, string> = {};
  for (const [key, value] of [...Object.entries(one), ...Object.entries(zero)])
    if (TERMS.test(key) && (typeof value === 'boolean' || text(value) !== undefined)) terms[key] = String(value).trim();
  const credit = {
    ...(title === undefined ? {} : { title }),
    ...(authors.length > 0 ? { authors } : {}),
    ...(licence === undefined ? {} : { licence }),
    ...(copyright === undefined ? {} : { copyright }),
    ...(Object.keys(terms).length > 0 ? { terms } : {}),
  };
  return Object.keys(credit).length > 0 ? credit : undefined;
}

/** Fields of either meta that state permissions; "ussage" is VRM 0's own spelling. */
const TERMS =
  /^(avatarPermission|allow\w+|commercialUsage|creditNotation|modification|otherLicenseUrl|allowedUserName|\w+UssageName|otherPermissionUrl)$/;

/** Warns of VRM features that are not imported. */
export function warnOfVrm(json: GLTF.IGLTF, warn: Warn): void {
  const extensions = record(json.extensions);
  const zero = record(extensions.VRM);
  const toons = [...toonShades(json).values()];
  const lost = [...new Set(toons.flatMap(t => t.lost))];
  if (lost.length > 0)
    warn(`${countedAre(toons.length, 'MToon material')} drawn with the shade colour; lost: ${lost.join(', ')}`);
  const springs =
    list(record(extensions.VRMC_springBone).springs).length +
    list(record(zero.secondaryAnimation).boneGroups).filter(g => list(record(g).bones).length > 0).length;
  if (springs > 0) warn(`spring bones (hair, skirts) follow their parents: ${countedAre(springs, 'group')} not simulated`);
  if (list(json.nodes).some(n => 'VRMC_node_constraint' in record(record(n).extensions))) warn('node constraints are left out');
  const terms = creditOf(json)?.terms ?? {};
  if (terms.allowRedistribution === 'false' || /redistribution_prohibited/i.test(creditOf(json)?.licence ?? ''))
    warn('its licence forbids to pass it on: a room that others can open does that');
}
