/** Writes mesh resources. */
import { FormatError } from '../../../core/errors.ts';
import { boxOf } from '../../model/place-model.ts';
import type { SourceProduct } from '../../model/source-model.ts';
import { type ShrunkTexture, shrinkTexture } from '../../picture/texture-colours.ts';
import { GlbBuilder } from '../glb/glb-builder.ts';
import { addMaterials } from '../glb/glb-materials.ts';
import { addSkins } from '../glb/glb-skins.ts';
import { letOthersRun } from '../levels/let-others-run.ts';
import { levelsHere } from '../levels/level-job.ts';
import { type LevelOptions, visibleArea } from '../levels/levels.ts';
import { lockSeams } from '../levels/lock-seams.ts';
import type { LeveledPart } from '../levels/reorder-levels.ts';
import { triangleVisibility } from '../levels/visibility/triangle-visibility.ts';
import { checkPart } from './check-part.ts';
import { checkFinest, fitLevels, joinColours } from './fit-limits.ts';
import { joinParts } from './join-parts.ts';
import {
  type PackedAttribute,
  type PackedPart,
  packPart,
  type QuantizationVolume,
  quantizationVolume,
  vertexCount,
  weld,
} from './packed-part.ts';
import { partitionJoints, splitVertices } from './partition.ts';
import { weightsInUse } from './prune-weights.ts';
import { smoothColours } from './smooth-colours.ts';
import { turnBackFaces } from './turn-back-faces.ts';

export interface MeshOptions extends LevelOptions {
  /** Maximum weights a vertex, 1..4. */
  readonly maxWeights: number;
}

export interface WrittenMesh {
  readonly glb: Uint8Array;
  readonly bounds: { readonly min: readonly number[]; readonly max: readonly number[] };
  /** Triangles of the finest level. */
  readonly triangles: number;
  readonly vertices: number;
  /** Largest number of levels of any part, including the finest. */
  readonly levels: number;
  readonly joints: number;
  readonly maxWeights: number;
  readonly parts: number;
  /** Materials whose levels of detail have the colours of their texture, in order. */
  readonly painted: readonly string[];
  /** What was removed or joined to fit the limits of a mesh. */
  readonly warnings: readonly string[];
}

/**
 * Writes a product's mesh resource (docs/formats.md, "Mesh"). It joins parts of one material, welds, quantizes, splits to 68
 * joints and 16-bit indices, makes levels of detail, orders for the vertex cache and compresses.
 *
 * @param maker - makes the levels of detail.
 * @throws FormatError where arrays do not match, or a value is not a finite number.
 */
export async function writeMesh(product: SourceProduct, options: MeshOptions, maker = levelsHere): Promise<WrittenMesh> {
  for (const p of product.parts.keys()) checkPart(product, p);
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
  };
  const { min, max } = boxOf(product.parts);
  const extent = Math.max(...max.map((m, k) => m - min[k]));
  const drawn = product.parts.filter(part => part.index.length > 0);
  const separate = joinParts(drawn.map(part => smoothColours(part, extent)));
  const parts = joinParts(joinColours(separate, product, warn));
  if (parts.length === 0)
    throw new FormatError('a product without a triangle', { url: product.name, at: 'parts', value: product.parts.length });
  const volume = quantizationVolume(parts);
  const packed = parts
    .map(part => turnBackFaces(weld(packPart(part, volume, options.maxWeights))))
    .filter(part => part.index.length > 0);
  if (packed.length === 0)
    throw new FormatError('every triangle is too small to be seen in a model of that size', {
      url: product.name,
      at: 'parts',
      value: `${extent} m`,
    });
  const bound = partitionJoints(packed);
  const pieces = bound.parts.flatMap(({ part, skin }) => splitVertices(part).map(piece => ({ part: piece, skin })));
  checkFinest(
    pieces.map(p => p.part),
    product.name,
  );
  const triangles = pieces.reduce((sum, { part }) => sum + part.index.length / 3, 0);
  if (options.count > 0) maker.prepare?.(triangles, pieces.length);
  await letOthersRun();
  const locks = lockSeams(pieces.map(p => p.part));
  const inModel = pieces.map(({ part, skin }) => ({ part, joints: product.skin ? bound.skins[skin] : [] }));
  const visibility = maker.visibility?.bind(maker) ?? triangleVisibility;
  const hidden = options.count > 0 ? await visibility(inModel) : pieces.map(() => new Uint8Array());
  const colours = coloursOf(product);
  const area = pieces.reduce((sum, { part }, i) => sum + visibleArea(part, hidden[i]), 0);
  const jobs = pieces.map(({ part }, i) => ({
    ...{ part, volume, locked: locks[i], hidden: hidden[i], options, triangles, area },
    colours: product.skin && colours(part.material.name),
  }));
  const made = await maker.makeLevels(jobs);
  const all = made.map((leveled, i) => ({ leveled, skin: pieces[i].skin }));

  const leveled = fitLevels(all, warn);

  const glb = new GlbBuilder();
  const materials = addMaterials(
    glb,
    packed.map(p => p.material),
  ); // prettier-ignore
  const jointRoot = product.skin ? addSkins(glb, product.skin, bound.skins, volume) : undefined;
  const roots: number[] = [];
  for (const { leveled: piece, skin } of leveled)
    roots.push(addPart(glb, piece, materials(piece.part.material), jointRoot === undefined ? undefined : skin));
  if (jointRoot === undefined) place(glb, roots, volume);
  else roots.unshift(jointRoot);
  glb.json.scene = 0;
  glb.json.scenes = [{ nodes: roots }];
  glb.useExtension('KHR_mesh_quantization', true);

  return {
    glb: await glb.build(),
    bounds: { min: volume.min, max: volume.max },
    triangles: leveled.reduce((sum, l) => sum + l.leveled.levels[0].index.length / 3, 0),
    vertices: leveled.reduce((sum, l) => sum + vertexCount(l.leveled.part), 0),
    levels: Math.max(...leveled.map(l => l.leveled.levels.length)),
    joints: product.skin ? new Set(bound.skins.flat()).size : 0,
    maxWeights: Math.max(
      0,
      ...packed.map(p => (p.attributes.WEIGHTS_0 ? weightsInUse(p.attributes.WEIGHTS_0.data as Uint8Array) : 0)),
    ),
    parts: leveled.length,
    painted: [...new Set(leveled.filter(l => l.leveled.paint).map(l => l.leveled.part.material.name))].sort(),
    warnings,
  };
}

/** Returns the colours of a material's texture; made once for each. */
function coloursOf({ textures }: SourceProduct): (material: string) => ShrunkTexture | undefined {
  const known = new Map<string, ShrunkTexture>();
  return material => {
    const texture = textures.find(({ slot }) => slot === material);
    let colours = known.get(material);
    if (!colours && texture) {
      const { sampling, encoding } = texture;
      colours = texture.colours ?? encoding?.colours ?? shrinkTexture(texture);
      // Textures of the same pixels share the copy, but each is wrapped in its own way.
      if (sampling) colours = { ...colours, wrap: [sampling.wrapS, sampling.wrapT] };
      known.set(material, colours);
    }
    return colours;
  };
}

/** Coordinates of textures that repeat are rounded to a quarter of a texel of 1024. */
const UV_STEP = 1 / 4096;

/** Light that is baked into colours, or is none, needs no normals; morph targets may still move them. */
function needsNormals({ material, morphs }: PackedPart): boolean {
  return !(material.baked || material.unlit) || morphs.length > 0;
}

/** Puts the roots under one node that undoes the quantization: once, not for each part and level. */
function place(glb: GlbBuilder, roots: number[], { center, scale }: QuantizationVolume): void {
  const nodes = (glb.json.nodes ??= []);
  nodes.push({ children: roots.splice(0), translation: center, scale: [scale, scale, scale] });
  roots.push(nodes.length - 1);
}

function addPart(glb: GlbBuilder, { part, levels, paint }: LeveledPart, material: number, skin: number | undefined): number {
  const nodes = (glb.json.nodes ??= []);
  const meshes = (glb.json.meshes ??= []);
  const add = (name: string, a: PackedAttribute): number =>
    glb.addVertices(name, a.data, {
      type: `VEC${a.size}`,
      normalized: a.normalized,
      bounds: name === 'POSITION',
      ...(name.startsWith('TEXCOORD') && a.data instanceof Float32Array ? { step: UV_STEP } : {}),
    });
  const attributes = Object.fromEntries(
    Object.entries(part.attributes)
      .filter(([name]) => name !== 'NORMAL' || needsNormals(part))
      .map(([name, a]) => [name, add(name, a)]),
  );
  const painted = paint && { ...attributes, _FOYER_PAINT: add('_FOYER_PAINT', { data: paint, size: 4, normalized: true }) };
  const targets = part.morphs.map(m => ({
    POSITION: glb.addVertices('morph', m.position.data, { type: 'VEC3', normalized: true, bounds: true }),
    ...(m.normal ? { NORMAL: add('morphNormal', m.normal) } : {}),
  }));
  const extras = part.morphs.length > 0 ? { extras: { targetNames: part.morphs.map(m => m.name) } } : {};
  const first = nodes.length;
  const placed = skin === undefined ? {} : { skin };
  for (const { index, painted: isPainted } of levels) {
    const primitive = {
      attributes: isPainted ? painted : attributes,
      indices: glb.addIndex(index),
      material,
      ...(targets.length > 0 ? { targets } : {}),
    };
    meshes.push({ primitives: [primitive], ...extras });
    nodes.push({ mesh: meshes.length - 1, ...placed });
  }
  if (levels.length > 1) {
    glb.useExtension('MSFT_lod', false);
    const ids = levels.slice(1).map((_, i) => first + 1 + i);
    const lodError = levels.slice(1).map(l => Number(l.error.toPrecision(4)));
    Object.assign(nodes[first], { extensions: { MSFT_lod: { ids } }, extras: { foyer: { lodError } } });
  }
  return first;
}
