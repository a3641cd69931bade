import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GLTF, NodeIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
// @ts-expect-error it has no types
import draco3d from 'draco3dgltf';
import { MeshoptEncoder } from 'meshoptimizer';
import type { Maker } from './build.ts';

/** One file, or several by name, the model first. */
export type Files = Readonly<Record<string, Uint8Array | string>>;

let io: Promise<NodeIO> | undefined;

async function makeIo(): Promise<NodeIO> {
  await MeshoptEncoder.ready;
  return new NodeIO().registerExtensions(ALL_EXTENSIONS).registerDependencies({
    'meshopt.encoder': MeshoptEncoder,
    'draco3d.encoder': await draco3d.createEncoderModule({}),
  });
}

/** The model as a GLB. */
export async function glb({ document }: Maker): Promise<Uint8Array> {
  io ??= makeIo();
  return (await io).writeBinary(document);
}

/** The model as JSON and loose files. */
export async function loose({ document }: Maker): Promise<{ json: GLTF.IGLTF; resources: Record<string, Uint8Array> }> {
  io ??= makeIo();
  return (await io).writeJSON(document);
}

/** Bytes as a data URI. */
export const dataUri = (bytes: Uint8Array, type: string): string =>
  `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;

/** Every buffer and picture inside the JSON. */
export function embedded({ json, resources }: { json: GLTF.IGLTF; resources: Record<string, Uint8Array> }): string {
  for (const buffer of json.buffers ?? [])
    if (buffer.uri) buffer.uri = dataUri(resources[buffer.uri], 'application/octet-stream');
  for (const image of json.images ?? [])
    if (image.uri && !image.uri.startsWith('data:')) image.uri = dataUri(resources[image.uri], image.mimeType ?? 'image/png');
  return JSON.stringify(json);
}

/** The model as JSON with all inside, changed by hand: what glTF-Transform does not write. */
export async function editedGltf(name: string, maker: Maker, edit: (json: GLTF.IGLTF) => void): Promise<Files> {
  const made = await loose(maker);
  edit(made.json);
  return { [`${name}.gltf`]: embedded(made) };
}

/** Writes what a kind is made of into a folder. @returns the path of the model. */
export async function writeKind(folder: string, name: string, made: Maker | Files): Promise<string> {
  const files: Files = 'document' in made ? { [`${name}.glb`]: await glb(made as Maker) } : (made as Files);
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes);
  return join(folder, Object.keys(files)[0]);
}
