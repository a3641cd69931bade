/** A sphere to hide in another: for tests of levels of detail. */
import { IcosahedronGeometry } from 'three';
import { mergeVertices } from 'three/examples/jsm/utils/BufferGeometryUtils.js';
import type { SourcePart } from '../../../../src/import/model/source-model.ts';
import { material } from '../fixtures.ts';

/** A sphere of one joint, or what of it lies below a height. */
export function ball(radius: number, fineness: number, joint: number, below = 2): SourcePart {
  const geometry = new IcosahedronGeometry(1, fineness);
  geometry.deleteAttribute('normal');
  geometry.deleteAttribute('uv');
  const whole = mergeVertices(geometry);
  const unit = Float32Array.from(whole.attributes.position.array);
  const triangles = Array.from({ length: (whole.index?.count ?? 0) / 3 }, (_, t) =>
    [0, 1, 2].map(k => whole.index?.getX(t * 3 + k) ?? 0),
  );
  const count = unit.length / 3;
  return {
    material: material('skin'),
    positions: unit.map(x => x * radius),
    normals: unit,
    index: Uint32Array.from(triangles.filter(t => t.every(v => unit[v * 3 + 1] < below)).flat()),
    joints: Uint16Array.from({ length: count * 4 }, (_, i) => (i % 4 === 0 ? joint : 0)),
    weights: Float32Array.from({ length: count * 4 }, (_, i) => (i % 4 === 0 ? 1 : 0)),
  }; // prettier-ignore
}
