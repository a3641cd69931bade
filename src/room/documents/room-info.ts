import type { TextureSampling } from '../../assets/textures/texture-asset.ts';
import type * as documents from '../../graph/room-documents.ts';
import type { Bounds } from '../../graph/room-documents.ts';

/** The content of a room's documents: what is placed where, and the resources that it needs. Nothing is loaded yet. */

/** A part of a file that holds several resources. */
export interface BundleInfo {
  readonly url: string;
  /** Length of the whole file, as `hash`. */
  readonly bytes: number;
  readonly hash: string;
  /** Offset of the resource. */
  readonly at: number;
}

/** One resource, as the documents describe it. */
export interface ResourceInfo {
  readonly url: string;
  readonly mirrors: readonly string[];
  readonly kind: 'mesh' | 'skeleton' | 'animation' | 'texture';
  readonly tier: 'low' | 'high';
  /** Name of the material that a texture belongs to. */
  readonly slot: string;
  /** Name of the clip. */
  readonly name: string;
  readonly bytes: number;
  readonly type: string;
  readonly hash: string;
  /** Size in pixels, if the document has it. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Filters and wrapping of a texture, if not the usual ones. */
  readonly sampling?: TextureSampling;
  /** The product's levels of detail have the texture's colours: they can be drawn without. */
  readonly painted?: boolean;
  /** The file that also contains its bytes, with those of other resources. */
  readonly bundle?: BundleInfo;
}

export interface ProductInfo {
  readonly url: string;
  readonly name: string;
  /** Category (`top`, `shoes`). An avatar wears one product of a category at a time. */
  readonly category: string | undefined;
  /** Categories of products, and names of materials, that are hidden while it is worn. */
  readonly covers: readonly string[];
  readonly bounds: Bounds | undefined;
  /** Places to sit, in the space of the product. */
  readonly seats: documents.ProductDocument['data']['seats'];
  readonly resources: readonly ResourceInfo[];
}

export interface FurnitureInfo {
  readonly url: string;
  readonly data: documents.FurnitureEdge['data'];
  readonly product: ProductInfo;
}

export interface OutfitPartInfo {
  readonly product: ProductInfo;
  /** The joint that a rigid part is attached to. */
  readonly joint: string | undefined;
}

/** The content of an avatar's document, which is the same in every room. */
export interface PersonInfo {
  readonly name: string;
  /** Metres. */
  readonly height: number;
  readonly skeleton: ProductInfo;
  readonly outfit: readonly OutfitPartInfo[];
}

export interface AvatarInfo extends PersonInfo {
  /** URL of its edge in the room. */
  readonly url: string;
  /** URL of the avatar's own document. */
  readonly node: string;
  readonly data: documents.AvatarEdge['data'];
}

/** Receives each thing as soon as its documents have arrived, in no particular order. */
export interface RoomSink {
  room(data: documents.RoomDocument['data']): void;
  furniture(info: FurnitureInfo): void;
  avatar(info: AvatarInfo): void;
  /** One document, and what depends on it, is not available. Called once for each error. The rest goes on. */
  failed(url: string, error: unknown): void;
  /** The edge or group at `url` could not be read completely. */
  lost?(url: string): void;
}

/** What changed in a room since its documents were last read. */
export interface RoomChange {
  readonly data: documents.RoomDocument['data'];
  readonly furniture: GroupChange<FurnitureInfo>;
  readonly avatars: GroupChange<AvatarInfo>;
  /** Edges that could not be read completely. */
  readonly lost: ReadonlySet<string>;
}

export interface GroupChange<Info> {
  /** New and changed things, by the URLs of their edges. */
  readonly read: ReadonlyMap<string, Info>;
  /** URLs of edges that the group no longer has. */
  readonly gone: readonly string[];
}

/** A thing that was read completely. */
export interface Known<Info> {
  readonly info: Info;
  /** URLs of the documents and things that it is made of, except its own document. */
  readonly parts: readonly string[];
}

/** Things that were read completely, by URL. They are not read again until one of their documents is stale. */
export class KnownThings {
  readonly furniture = new Map<string, Known<FurnitureInfo>>();
  readonly avatars = new Map<string, Known<AvatarInfo>>();
  readonly people = new Map<string, Known<PersonInfo>>();
  readonly products = new Map<string, Known<ProductInfo>>();
  readonly all: readonly Map<string, Known<unknown>>[] = [this.furniture, this.avatars, this.people, this.products];
}
