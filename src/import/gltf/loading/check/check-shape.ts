/** Checks the types of a glTF's fields. */
import * as v from 'valibot';
import { FormatError } from '../../../../core/errors.ts';
import type { Warn } from '../../../report/warnings.ts';
import { MAX_NUMBER } from '../../floats.ts';
import { leaveOut } from './repair-fields.ts';

/*
 * Types of the fields that are read directly, by glTF 2.0 and its extensions. check-gltf checks the indices in them; unread
 * fields may hold anything. Numbers out of range are clamped where they are read.
 */
const finite = v.pipe(v.number(), v.minValue(-MAX_NUMBER), v.maxValue(MAX_NUMBER));
const numbers = (n: number) => v.pipe(v.array(finite), v.length(n));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const name = v.optional(v.string());
const object = v.looseObject;
const optional = <T extends v.ObjectEntries>(entries: T) => v.optional(object(entries));

const textureInfo = optional({
  index: whole,
  texCoord: v.optional(v.pipe(whole, v.maxValue(15))),
  /** Fields of a normal map and of an occlusion map. */
  scale: v.optional(finite),
  strength: v.optional(finite),
  extensions: optional({
    KHR_texture_transform: optional({
      offset: v.optional(numbers(2)),
      rotation: v.optional(finite),
      scale: v.optional(numbers(2)),
      texCoord: v.optional(v.pipe(whole, v.maxValue(15))),
    }),
  }),
});

const material = object({
  name,
  pbrMetallicRoughness: optional({
    baseColorFactor: v.optional(numbers(4)),
    metallicFactor: v.optional(finite),
    roughnessFactor: v.optional(finite),
    baseColorTexture: textureInfo,
    metallicRoughnessTexture: textureInfo,
  }),
  normalTexture: textureInfo,
  occlusionTexture: textureInfo,
  emissiveTexture: textureInfo,
  emissiveFactor: v.optional(numbers(3)),
  alphaMode: v.optional(v.picklist(['OPAQUE', 'MASK', 'BLEND'])),
  alphaCutoff: v.optional(finite),
  doubleSided: v.optional(v.boolean()),
  extensions: optional({
    KHR_materials_unlit: optional({}),
    KHR_materials_emissive_strength: optional({ emissiveStrength: v.optional(finite) }),
    KHR_materials_transmission: optional({ transmissionFactor: v.optional(finite), transmissionTexture: textureInfo }),
    KHR_materials_pbrSpecularGlossiness: optional({
      diffuseFactor: v.optional(numbers(4)),
      diffuseTexture: textureInfo,
      specularFactor: v.optional(numbers(3)),
      glossinessFactor: v.optional(finite),
      specularGlossinessTexture: textureInfo,
    }),
  }),
});

const document = object({
  scene: v.optional(whole),
  scenes: v.optional(v.array(object({ name }))),
  nodes: v.optional(
    v.array(
      object({
        name,
        weights: v.optional(v.array(finite)),
        extensions: optional({
          KHR_node_visibility: optional({ visible: v.optional(v.boolean()) }),
          EXT_mesh_gpu_instancing: optional({ attributes: v.record(v.string(), whole) }),
        }),
      }),
    ),
  ),
  meshes: v.optional(
    v.array(
      object({
        name,
        weights: v.optional(v.array(finite)),
        primitives: v.array(object({ mode: v.optional(v.pipe(whole, v.maxValue(6))), attributes: v.record(v.string(), whole) })),
      }),
    ),
  ),
  materials: v.optional(v.array(material)),
  textures: v.optional(v.array(object({ name, sampler: v.optional(whole) }))),
  images: v.optional(v.array(object({ name, uri: name, mimeType: name }))),
  samplers: v.optional(
    v.array(
      object({ wrapS: v.optional(whole), wrapT: v.optional(whole), magFilter: v.optional(whole), minFilter: v.optional(whole) }),
    ),
  ),
  accessors: v.optional(v.array(object({ normalized: v.optional(v.boolean()) }))),
  skins: v.optional(v.array(object({ name }))),
  animations: v.optional(
    v.array(
      object({
        name,
        samplers: v.array(object({ interpolation: name })),
        channels: v.array(object({ target: object({ path: v.string() }) })),
      }),
    ),
  ),
});

const WORDS: Readonly<Record<string, string>> = { '<=': 'at most ', '>=': 'at least ' };

/** `Invalid value: Expected <=6 but received 7` becomes `at most 6 is expected`. */
function reasonOf({ message }: v.BaseIssue<unknown>): string {
  const told = message.replace(/^Invalid \w+: (Expected )?/, '').replace(/ but received.*$/, ' is expected');
  return told.replace(/^[<>]=/, sign => WORDS[sign]);
}

/** Maximum number of fields that are left out before the file is rejected. */
const MAX_REPAIRS = 200;

/**
 * Removes fields of the wrong type, with a warning, where the model can be drawn without them (`leaveOut`).
 *
 * @throws FormatError at the first other one.
 */
export function checkShape(json: unknown, url: string, warn: Warn): void {
  for (let repairs = 0; ; repairs++) {
    const result = v.safeParse(document, json, { abortEarly: true });
    if (result.success) return;
    const [issue] = result.issues;
    if (repairs < MAX_REPAIRS && leaveOut(issue, warn)) continue;
    const at = (v.getDotPath(issue) ?? 'document').replace(/\.(\d+)/g, '[$1]');
    throw new FormatError(reasonOf(issue), {
      url,
      at,
      value: issue.input,
    });
  }
}
