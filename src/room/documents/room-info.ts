import type { TextureSampling } from '../../assets/textures/texture-asset.ts';
import type * as documents from '../../graph/room-documents.ts';
import type { Bounds } from '../../graph/room-documents.ts';

/** What the documents of a room say: what is placed where, and which resources that needs. Nothing is loaded yet. */

/** A part of a file that holds several resources. */
export interface BundleInfo {
  readonly url: string;
  /** Of the whole file; so `hash`. */
  readonly bytes: number;
  readonly hash: string;
  /** Where the resource begins. */
  readonly at: number;
}

/** One resource as the documents tell of it; nothing is loaded yet. */
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
  /** Pixels, where the document tells. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Of a texture that is not simply repeated and smoothed. */
  readonly sampling?: TextureSampling;
  /** The product's levels of detail have the texture's colours: they can be drawn without. */
  readonly painted?: boolean;
  /** Where its bytes stand together with those of others. */
  readonly bundle?: BundleInfo;
}

export interface ProductInfo {
  readonly url: string;
  readonly name: string;
  /** What sort of thing it is (`top`, `shoes`): somebody wears one of a sort at a time. */
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
  /** The joint that a rigid part hangs on. */
  readonly joint: string | undefined;
}

/** What the document of an avatar tells, wherever it stands. */
export interface PersonInfo {
  readonly name: string;
  /** Metres. */
  readonly height: number;
  readonly skeleton: ProductInfo;
  readonly outfit: readonly OutfitPartInfo[];
}

export interface AvatarInfo extends PersonInfo {
  /** Of the edge that puts the avatar into the room. */
  readonly url: string;
  /** Of the avatar's own document. */
  readonly node: string;
  readonly data: documents.AvatarEdge['data'];
}

/** Told of each thing as soon as its documents are there, in no particular order. */
export interface RoomSink {
  room(data: documents.RoomDocument['data']): void;
  furniture(info: FurnitureInfo): void;
  avatar(info: AvatarInfo): void;
  /** One document, and what hangs on it, cannot be had; the rest goes on. Once for each error. */
  failed(url: string, error: unknown): void;
  /** Something of the edge, or of the members of the group, at `url` could not be read: what was told of it is not all. */
  lost?(url: string): void;
}

/** What has become otherwise in a room since its documents were last read. */
export interface RoomChange {
  readonly data: documents.RoomDocument['data'];
  readonly furniture: GroupChange<FurnitureInfo>;
  readonly avatars: GroupChange<AvatarInfo>;
  /** Edges of which not all could be read. */
  readonly lost: ReadonlySet<string>;
}

export interface GroupChange<Info> {
  /** What is new or was read again, by the URLs of the edges. */
  readonly read: ReadonlyMap<string, Info>;
  /** URLs of edges that the group no longer has. */
  readonly gone: readonly string[];
}

/** Something that was read whole. */
export interface Known<Info> {
  readonly info: Info;
  /** URLs of the documents that it is made of beside its own, and of the things. */
  readonly parts: readonly string[];
}

/** What was read whole, by URL: it is not read again while none of its documents is stale. */
export class KnownThings {
  readonly furniture = new Map<string, Known<FurnitureInfo>>();
  readonly avatars = new Map<string, Known<AvatarInfo>>();
  readonly people = new Map<string, Known<PersonInfo>>();
  readonly products = new Map<string, Known<ProductInfo>>();
  readonly all: readonly Map<string, Known<unknown>>[] = [this.furniture, this.avatars, this.people, this.products];
}
