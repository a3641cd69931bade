import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { type Document, type Node, NodeIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { mat4, quat, vec3 } from 'gl-matrix';
import { validateBytes } from 'gltf-validator';
import { MeshoptDecoder } from 'meshoptimizer';
import { describe, expect, it } from 'vitest';
import { importModels } from '../../src/import/import-models.ts';

/*
 * The judge: every model under ../shared/assets. Each resource passes Khronos' validator, and each vertex of the source, posed by
 * a straight evaluation of the source file, has a vertex of the import within 2 mm, at rest and at three times of three clips.
 */
const assets = resolve(import.meta.dirname, '../../../shared/assets');
const files = ['kaykit-characters', 'kaykit-furniture'].flatMap(folder =>
  existsSync(join(assets, folder))
    ? readdirSync(join(assets, folder))
        .filter(f => /\.gl(b|tf)$/.test(f))
        .map(f => join(assets, folder, f))
    : [],
);
const CLIPS = ['Idle', 'Walking_A', '1H_Melee_Attack_Chop'];

const io = async () => {
  await MeshoptDecoder.ready;
  return new NodeIO().registerExtensions(ALL_EXTENSIONS).registerDependencies({ 'meshopt.decoder': MeshoptDecoder });
};

/** Sets the nodes of `by` to what `animation` says at `seconds`, linearly. */
function pose(animation: Document, clip: string | number, by: ReadonlyMap<string, Node>, seconds: number): void {
  const list = animation.getRoot().listAnimations();
  const found = typeof clip === 'number' ? list[clip] : list.find(a => a.getName() === clip);
  for (const channel of found?.listChannels() ?? []) {
    const node = by.get(channel.getTargetNode()?.getName() ?? '');
    const sampler = channel.getSampler();
    const times = sampler?.getInput()?.getArray();
    const output = sampler?.getOutput();
    if (!node || !times || !output) continue;
    let i = 0;
    while (i + 1 < times.length && times[i + 1] <= seconds) i++;
    const j = Math.min(i + 1, times.length - 1);
    const t = j === i || sampler?.getInterpolation() === 'STEP' ? 0 : Math.max(0, (seconds - times[i]) / (times[j] - times[i]));
    const [a, b] = [output.getElement(i, []), output.getElement(j, [])];
    const path = channel.getTargetPath();
    if (path === 'rotation')
      node.setRotation(
        quat.slerp(quat.create(), quat.normalize(quat.create(), a as quat), quat.normalize(quat.create(), b as quat), t) as [
          number,
          number,
          number,
          number,
        ],
      );
    else if (path === 'translation')
      node.setTranslation(vec3.lerp(vec3.create(), a as vec3, b as vec3, t) as [number, number, number]);
    else if (path === 'scale') node.setScale(vec3.lerp(vec3.create(), a as vec3, b as vec3, t) as [number, number, number]);
  }
}

/** Positions of all vertices in the scene, three numbers each; `joints` stand in for the file's own joints, by name. */
function vertices(document: Document, joints?: ReadonlyMap<string, Node>): number[] {
  const out: number[] = [];
  const root = document.getRoot();
  (root.getDefaultScene() ?? root.listScenes()[0]).traverse(node => {
    const skin = node.getSkin();
    const matrices = skin?.listJoints().map((joint, j) => {
      const world = (joints?.get(joint.getName()) ?? joint).getWorldMatrix() as mat4;
      return mat4.multiply(mat4.create(), world, skin.getInverseBindMatrices()!.getElement(j, []) as mat4);
    });
    for (const primitive of node.getMesh()?.listPrimitives() ?? []) {
      const position = primitive.getAttribute('POSITION')!;
      const [JOINTS, WEIGHTS] = [primitive.getAttribute('JOINTS_0'), primitive.getAttribute('WEIGHTS_0')];
      for (const v of new Set<number>(primitive.getIndices()!.getArray()!)) {
        const p = position.getElement(v, []) as vec3;
        if (!matrices || !JOINTS || !WEIGHTS) {
          out.push(...vec3.transformMat4(vec3.create(), p, node.getWorldMatrix() as mat4));
          continue;
        }
        const [j, w] = [JOINTS.getElement(v, []), WEIGHTS.getElement(v, [])];
        const sum = [0, 0, 0];
        for (let k = 0; k < 4; k++) {
          const moved = vec3.transformMat4(vec3.create(), p, matrices[j[k]]);
          for (let axis = 0; axis < 3; axis++) sum[axis] += moved[axis] * w[k];
        }
        out.push(...sum);
      }
    }
  });
  return out;
}

/** Metres from the vertex of `a` that lies farthest from all of `b`. */
function farthest(a: readonly number[], b: readonly number[]): number {
  const cells = new Map<string, number[]>();
  const cell = 0.02;
  const key = (x: number, y: number, z: number) => `${x},${y},${z}`;
  for (let i = 0; i < b.length; i += 3) {
    const k = key(Math.floor(b[i] / cell), Math.floor(b[i + 1] / cell), Math.floor(b[i + 2] / cell));
    cells.set(k, [...(cells.get(k) ?? []), i]);
  }
  let worst = 0;
  for (let i = 0; i < a.length; i += 3) {
    let nearest = cell;
    for (let n = 0; n < 27; n++) {
      const k = key(
        Math.floor(a[i] / cell) + (n % 3) - 1,
        Math.floor(a[i + 1] / cell) + (Math.floor(n / 3) % 3) - 1,
        Math.floor(a[i + 2] / cell) + Math.floor(n / 9) - 1,
      );
      for (const j of cells.get(k) ?? [])
        nearest = Math.min(nearest, Math.hypot(a[i] - b[j], a[i + 1] - b[j + 1], a[i + 2] - b[j + 2]));
    }
    worst = Math.max(worst, nearest);
  }
  return worst;
}

type Edges = Record<string, { data?: { kind?: string; name?: string }; relations?: { ref?: string } }>;

describe.skipIf(files.length === 0)('every glTF model of ../shared/assets', () => {
  it.each(files.map(f => [basename(f), f]))('%s', async (_, file) => {
    const folder = mkdtempSync(join(tmpdir(), 'foyer-'));
    try {
      const { models } = await importModels([file], folder, { ktx2: false });
      const reader = await io();
      const edges = Object.values(JSON.parse(readFileSync(join(folder, 'room.json'), 'utf8')).denormalized as Edges);
      const open = (kind: string, name?: string) => {
        const edge = edges.find(e => e.data?.kind === kind && (name === undefined || e.data.name === name));
        return edge ? reader.read(join(folder, edge.relations!.ref!)) : undefined;
      };
      for (const name of readdirSync(join(folder, 'resources')).filter(f => f.endsWith('.glb')))
        expect((await validateBytes(new Uint8Array(readFileSync(join(folder, 'resources', name))))).issues.numErrors).toBe(0);
      const source = await reader.read(file);
      const mesh = (await open('mesh'))!;
      const skeleton = await open('skeleton');
      const byName = (document: Document) =>
        new Map(
          document
            .getRoot()
            .listNodes()
            .map(n => [n.getName(), n]),
        );
      const joints = skeleton && byName(skeleton);
      const compare = () => {
        const [a, b] = [vertices(source), vertices(mesh, joints)];
        expect(farthest(a, b)).toBeLessThan(0.002);
        expect(farthest(b, a)).toBeLessThan(0.002);
      };
      compare();
      if (models[0].kind !== 'avatar') return;
      for (const clip of CLIPS) {
        const animation = (await open('animation', clip))!;
        for (const seconds of [0.1, 0.35, 0.7]) {
          pose(source, clip, byName(source), seconds);
          // Joints that the clip leaves out are at rest.
          const fresh = (await open('skeleton'))!;
          const posed = byName(fresh);
          pose(animation, 0, posed, seconds);
          const [a, b] = [vertices(source), vertices(mesh, posed)];
          expect(farthest(a, b), `${clip} at ${seconds} s`).toBeLessThan(0.002);
          expect(farthest(b, a), `${clip} at ${seconds} s`).toBeLessThan(0.002);
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
