/** The kinds of files that a room's resources may be, by their extension. The importer names files so, and the server serves them so. */
export const RESOURCE_TYPES = {
  glb: 'model/gltf-binary',
  // Not `.glb.gz`: some servers send that with `Content-Encoding: gzip`, and browsers then unpack it unasked.
  glbz: 'model/gltf-binary+gzip',
  webp: 'image/webp',
  ktx2: 'image/ktx2',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  m4a: 'audio/mp4',
  flac: 'audio/flac',
  weba: 'audio/webm',
} as const;

/** The same, with bundles: several resources end to end. */
export const FILE_TYPES = { ...RESOURCE_TYPES, bundle: 'application/octet-stream' } as const;

export type ResourceExtension = keyof typeof RESOURCE_TYPES;
export type ResourceType = (typeof RESOURCE_TYPES)[ResourceExtension];
export type FileExtension = keyof typeof FILE_TYPES;
export type FileType = (typeof FILE_TYPES)[FileExtension];
export type SoundType = Extract<ResourceType, `audio/${string}`>;

/** Any of the extensions, the longer ones first. */
const anyOf = (types: object): string =>
  Object.keys(types)
    .sort((a, b) => b.length - a.length)
    .join('|');

/** Matches the name of a resource: 20 hex digits of its SHA-256 (the first group), and an extension (the second). */
export const RESOURCE_NAME = new RegExp(`^([0-9a-f]{20})\\.(${anyOf(RESOURCE_TYPES)})$`);
/** The same, for bundles too. */
export const FILE_NAME = new RegExp(`^([0-9a-f]{20})\\.(${anyOf(FILE_TYPES)})$`);
/** Finds the URLs of such files in the text of a document. */
export const FILE_URLS = new RegExp(`resources/[0-9a-f]{20}\\.(?:${anyOf(FILE_TYPES)})(?![a-z0-9])`, 'g');

export function extensionOf(type: FileType): FileExtension {
  const found = Object.entries(FILE_TYPES).find(([, known]) => known === type);
  if (!found) throw new Error(`no file of a room has the type ${type}`);
  return found[0] as FileExtension;
}
