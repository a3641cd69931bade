/** Writes resources of a room together into bundles, so that a page opens it with fewer requests. */
import type * as v from 'valibot';
import { check } from '../../../graph/check.ts';
import type { GroupPage } from '../../../graph/documents.ts';
import {
  avatarDocument,
  avatarEdge,
  furnitureEdge,
  outfitEdge,
  productDocument,
  type ResourceEdge,
  resourceEdge,
  roomDocument,
} from '../../../graph/room-documents.ts';
import type { StoredResource } from '../resource-folder.ts';
import type { RoomDocument } from '../room-document.ts';
import { DoorView } from './door-view.ts';

/** Bytes of a bundle: 0.1 s at 5 Mbit/s. */
const BUNDLE_BYTES = 64 * 1024;
/** A larger file is worth a request of its own. */
const LARGE_BYTES = 48 * 1024;
/** What nobody plays when the door opens. */
const IDLE_CLIP = 0;

export interface BundleFiles {
  read(url: string): Promise<Uint8Array>;
  put(bytes: Uint8Array, type: 'application/octet-stream'): Promise<StoredResource>;
}

/** One resource, by its own file, and all edges that relate to it. */
interface Member {
  readonly ref: string;
  readonly bytes: number;
  readonly edges: string[];
  urgency: number;
}

/**
 * Adds bundles to the documents of a room, as relations of resource edges. A resource keeps its own file. What the door shows comes first,
 * and high textures are in no bundle.
 */
export async function bundleResources(document: RoomDocument, files: BundleFiles): Promise<void> {
  const members = [...membersOf(document)].filter(({ bytes }) => bytes <= LARGE_BYTES);
  members.sort((a, b) => b.urgency - a.urgency);
  for (const [i, bundle] of cut(members).entries()) {
    const parts = await Promise.all(bundle.map(({ ref }) => files.read(ref)));
    const { url, bytes, hash } = await files.put(Buffer.concat(parts), 'application/octet-stream');
    const node = document.node(`bundle/${i}`, { bytes, hash }, { ref: url });
    let at = 0;
    for (const { edges, bytes: length } of bundle) {
      for (const edge of edges) document.bundle(edge, node, at);
      at += length;
    }
  }
}

/** Cuts a list into bundles. A single resource needs none. */
function cut(members: readonly Member[]): Member[][] {
  const bundles: Member[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  for (const member of members) {
    if (filled + member.bytes > BUNDLE_BYTES) {
      bundles.push([]);
      filled = 0;
    }
    bundles[bundles.length - 1].push(member);
    filled += member.bytes;
  }
  return bundles.filter(bundle => bundle.length > 1);
}

/** Every critical resource once, with the urgency of its most urgent use. */
function membersOf(document: RoomDocument): Iterable<Member> {
  const members = new Map<string, Member>();
  const { documents } = document;
  const get = <Schema extends v.GenericSchema>(at: string, schema: Schema) => check(at, documents[at], schema);
  const edgesOf = (group: string | undefined) => (group === undefined ? [] : ((documents[group] as GroupPage).edges ?? []));
  const root = get(document.url(''), roomDocument);
  const view = new DoorView(root.data.spawn);
  const add = (product: string, urgency: number, plays?: string): void => {
    for (const edge of edgesOf(get(product, productDocument).relations.resources)) {
      const { data, relations } = get(edge, resourceEdge);
      if (isHigh(data)) continue;
      const isIdle = data.kind === 'animation' && data.name !== plays;
      let member = members.get(relations.ref);
      if (!member) members.set(relations.ref, (member = { ref: relations.ref, bytes: data.bytes, edges: [], urgency: 0 }));
      if (!member.edges.includes(edge)) member.edges.push(edge);
      member.urgency = Math.max(member.urgency, isIdle ? IDLE_CLIP : urgency);
    }
  };
  for (const edge of edgesOf(root.relations.furniture)) {
    const { data, relations } = get(edge, furnitureEdge);
    add(relations.ref, view.furniture(data, get(relations.ref, productDocument).data.bounds));
  }
  for (const edge of edgesOf(root.relations.avatars)) {
    const { data, relations } = get(edge, avatarEdge);
    const urgency = view.avatar(data);
    const { skeleton, outfit } = get(relations.ref, avatarDocument).relations;
    add(skeleton, urgency, data.animation);
    for (const worn of edgesOf(outfit)) add(get(worn, outfitEdge).relations.ref, urgency);
  }
  return members.values();
}

function isHigh({ kind, tier }: ResourceEdge['data']): boolean {
  return kind === 'texture' && tier === 'high';
}
