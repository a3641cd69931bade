/** Lists what must be there before one enters a written room, in the order in which the door shows it. */
import type * as v from 'valibot';
import { check } from '../../../graph/check.ts';
import type { GroupPage } from '../../../graph/documents.ts';
import {
  avatarDocument,
  avatarEdge,
  bundleDocument,
  furnitureEdge,
  outfitEdge,
  productDocument,
  type ResourceEdge,
  resourceEdge,
  roomDocument,
} from '../../../graph/room-documents.ts';
import { DoorView } from './door-view.ts';

/** What nobody plays when the door opens. */
const IDLE_CLIP = 0;

/** One resource, by its own file, and all edges that relate to it. */
export interface CriticalResource {
  readonly ref: string;
  readonly bytes: number;
  readonly hash: string;
  /** URL of the document of its bundle. */
  readonly bundle: string | undefined;
  readonly edges: string[];
  /** 1 and more where the door shows it (`DoorView`). */
  urgency: number;
}

type Documents = Readonly<Record<string, unknown>>;

/**
 * Returns every critical resource once, the most urgent first; each has the urgency of its most urgent use.
 *
 * @param documents - of a static room, by URL.
 * @param room - URL of the room's own document.
 */
export function criticalResources(documents: Documents, room: string): CriticalResource[] {
  const found = new Map<string, CriticalResource>();
  const get = <Schema extends v.GenericSchema>(at: string, schema: Schema) => check(at, documents[at], schema);
  const edgesOf = (group: string | undefined) => (group === undefined ? [] : ((documents[group] as GroupPage).edges ?? []));
  const root = get(room, roomDocument);
  const view = new DoorView(root.data.spawn);
  const add = (product: string, urgency: number, plays?: string): void => {
    for (const edge of edgesOf(get(product, productDocument).relations.resources)) {
      const { data, relations } = get(edge, resourceEdge);
      if (isHigh(data)) continue;
      const isIdle = data.kind === 'animation' && data.name !== plays;
      const { ref, bundle } = relations;
      let resource = found.get(ref);
      if (!resource) {
        resource = { ref, bytes: data.bytes, hash: data.hash, bundle, edges: [], urgency: 0 };
        found.set(ref, resource);
      }
      if (!resource.edges.includes(edge)) resource.edges.push(edge);
      resource.urgency = Math.max(resource.urgency, isIdle ? IDLE_CLIP : urgency);
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
  return [...found.values()].sort((a, b) => b.urgency - a.urgency);
}

function isHigh({ kind, tier }: ResourceEdge['data']): boolean {
  return kind === 'texture' && tier === 'high';
}

/**
 * Returns the files that a page requests first: bundles and files of their own, in the order of their most urgent resource.
 *
 * @param most - bytes of them all, at most.
 */
export function firstFiles(documents: Documents, room: string, most: number): { readonly url: string; readonly hash: string }[] {
  const files = new Map<string, { readonly url: string; readonly hash: string }>();
  let left = most;
  for (const { ref, bytes, hash, bundle, urgency } of criticalResources(documents, room)) {
    if (urgency < 1) break;
    const whole = bundle === undefined ? undefined : check(bundle, documents[bundle], bundleDocument);
    const url = whole?.relations.ref ?? ref;
    if (files.has(url)) continue;
    left -= whole?.data.bytes ?? bytes;
    if (left < 0) break;
    files.set(url, { url, hash: whole?.data.hash ?? hash });
  }
  return [...files.values()];
}
