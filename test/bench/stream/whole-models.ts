import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ServedFile } from './link/shaped-server.ts';

/** One entry of `/models.json`: what three's loader is to load, and where it stands. */
export interface WholeModel {
  readonly url: string;
  /** URL of the product's document, by which the page knows how large it is seen. */
  readonly product: string;
  /** How many furnishings and avatars of the room show it. */
  copies: number;
}

interface Documents {
  readonly [url: string]: {
    readonly data?: { readonly kind?: string; readonly tier?: string; readonly slot?: string; readonly type?: string };
    readonly relations?: Readonly<Record<string, string>>;
    readonly edges?: readonly string[];
  };
}

interface Json {
  materials?: { name: string; pbrMetallicRoughness: { baseColorTexture?: object } }[];
  bufferViews: object[];
  buffers: { byteLength: number }[];
  images?: object[];
  textures?: object[];
  samplers?: object[];
  extensionsUsed?: string[];
}

/**
 * The same models as whole files, as they come out of a modelling tool: each product one GLB, its mesh as it is in ours, its high
 * texture embedded (the low one where there is no high one). Skeletons and clips stay the GLBs that they are. Where the room's files are
 * packed by gzip, the server packs these.
 *
 * @param tiers - the textures to embed, the preferred tier last.
 * @returns path -> file: `/models/….glb`, and `/models.json`, a list of `WholeModel`.
 */
export async function wholeModels(
  documents: object,
  read: (path: string) => Uint8Array,
  tiers: readonly string[] = ['low', 'high'],
): Promise<Map<string, ServedFile>> {
  const all = documents as Documents;
  const files = new Map<string, ServedFile>();
  const list: WholeModel[] = [];
  const copies = copiesOf(all);
  const pathOf = (url: string): string => new URL(url, 'http://room/').pathname;
  let packs = false;
  const unpacked = (path: string): Uint8Array => {
    const bytes = read(path);
    if (!path.endsWith('.glbz')) return bytes;
    packs = true;
    return gunzipSync(bytes);
  };
  const put = (glb: Uint8Array, product: string): void => {
    const url = `/models/${createHash('sha256').update(glb).digest('hex').slice(0, 20)}.glb`;
    const known = list.find(model => model.url === url);
    if (known) known.copies += copies.get(product) ?? 0;
    else list.push({ url, product, copies: copies.get(product) ?? 0 });
    const file = { type: 'model/gltf-binary', immutable: true };
    files.set(url, packs ? { ...file, body: gzipSync(glb), encoding: 'gzip' } : { ...file, body: glb });
  };
  for (const [url, { relations }] of Object.entries(all)) {
    const edges = (all[relations?.resources ?? '']?.edges ?? []).flatMap(edge => all[edge] ?? []);
    const refs = (kind: string) =>
      edges.flatMap(({ data, relations: to }) => (data?.kind === kind && to?.ref ? [pathOf(to.ref)] : []));
    const pictures = new Map<string, string>();
    for (const tier of tiers)
      for (const { data, relations: to } of edges)
        if (data?.kind === 'texture' && data.tier === tier && data.type === 'image/webp' && to?.ref)
          pictures.set(data.slot ?? '', pathOf(to.ref));
    for (const mesh of refs('mesh'))
      put(
        withPictures(unpacked(mesh), slot => pictures.get(slot), read),
        url,
      );
    for (const path of [...refs('skeleton'), ...refs('animation')]) put(unpacked(path), url);
  }
  files.set('/models.json', { body: gzipSync(JSON.stringify(list)), type: 'application/json', encoding: 'gzip' });
  return files;
}

/** Counts the furnishings and avatars that show each product: URL of its document -> count. */
function copiesOf(all: Documents): ReadonlyMap<string, number> {
  const copies = new Map<string, number>();
  const refsOf = (group: string | undefined) => (all[group ?? '']?.edges ?? []).flatMap(edge => all[edge]?.relations?.ref ?? []);
  for (const { relations } of Object.values(all)) {
    const outfits = refsOf(relations?.avatars).flatMap(avatar => refsOf(all[avatar]?.relations?.outfit));
    for (const product of [...refsOf(relations?.furniture), ...outfits]) copies.set(product, (copies.get(product) ?? 0) + 1);
  }
  return copies;
}

/** A mesh resource with its pictures in it (EXT_texture_webp). */
function withPictures(
  glb: Uint8Array,
  pictureOf: (slot: string) => string | undefined,
  read: (path: string) => Uint8Array,
): Uint8Array {
  const buffer = Buffer.from(glb.buffer, glb.byteOffset, glb.byteLength);
  const jsonBytes = buffer.readUInt32LE(12);
  const json = JSON.parse(buffer.toString('utf8', 20, 20 + jsonBytes)) as Json;
  const chunks: Uint8Array[] = [buffer.subarray(28 + jsonBytes, 28 + jsonBytes + json.buffers[0].byteLength)];
  let end = chunks[0].length;
  const append = (bytes: Uint8Array): number => {
    const gap = -end & 3;
    chunks.push(new Uint8Array(gap), bytes);
    const at = end + gap;
    end = at + bytes.length;
    return at;
  };
  json.samplers = [{}];
  json.images = [];
  json.textures = [];
  for (const material of json.materials ?? []) {
    const path = pictureOf(material.name);
    if (path === undefined) continue;
    const bytes = read(path);
    json.bufferViews.push({ buffer: 0, byteOffset: append(bytes), byteLength: bytes.length });
    json.images.push({ bufferView: json.bufferViews.length - 1, mimeType: 'image/webp' });
    json.textures.push({ sampler: 0, extensions: { EXT_texture_webp: { source: json.images.length - 1 } } });
    material.pbrMetallicRoughness.baseColorTexture = { index: json.textures.length - 1 };
  }
  json.extensionsUsed = [...(json.extensionsUsed ?? []), 'EXT_texture_webp'];
  json.buffers[0].byteLength = end;
  return container(Buffer.from(JSON.stringify(json)), Buffer.concat(chunks));
}

/** glTF 2.0, section 4.4. */
function container(json: Buffer, binary: Buffer): Uint8Array {
  const [jsonGap, binaryGap] = [-json.length & 3, -binary.length & 3];
  const header = Buffer.alloc(20);
  header.write('glTF', 0, 'latin1');
  header.writeUInt32LE(2, 4);
  header.writeUInt32LE(28 + json.length + jsonGap + binary.length + binaryGap, 8);
  header.writeUInt32LE(json.length + jsonGap, 12);
  header.write('JSON', 16, 'latin1');
  const chunk = Buffer.alloc(8);
  chunk.writeUInt32LE(binary.length + binaryGap, 0);
  chunk.write('BIN\0', 4, 'latin1');
  return Buffer.concat([header, json, Buffer.alloc(jsonGap, 0x20), chunk, binary, Buffer.alloc(binaryGap)]);
}
