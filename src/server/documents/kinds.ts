import type * as v from 'valibot';
import {
  avatarDocument,
  avatarEdge,
  furnitureEdge,
  messageEdge,
  outfitEdge,
  productDocument,
  resourceEdge,
  roomDocument,
} from '../../graph/room-documents.ts';

/** The structure of each kind of aggregate: its groups, the targets of their edges, and the schemas of both (from src/graph). */

export type Kind = 'room' | 'avatar' | 'product';
export const kinds: readonly Kind[] = ['room', 'avatar', 'product'];

/** What an edge refers to: an aggregate, or the bytes of a resource. */
export type Target = Kind | 'resource';

interface EdgeSchema {
  readonly target: Target;
  readonly data: v.GenericSchema;
  /** Names of the members that `data` may have. */
  readonly members: readonly string[];
}

interface NodeSchema {
  readonly data: v.GenericSchema;
  readonly members: readonly string[];
  /** Relations that are stored. The others are groups. */
  readonly relations: Readonly<Record<string, Kind>>;
  readonly groups: Readonly<Record<string, EdgeSchema>>;
}

type ObjectSchema = v.GenericSchema & { readonly entries: Readonly<Record<string, v.GenericSchema>> };

function dataOf(document: { readonly entries: { readonly data: v.GenericSchema } }): {
  readonly data: v.GenericSchema;
  readonly members: readonly string[];
} {
  const { data } = document.entries;
  const inner = 'wrapped' in data ? (data.wrapped as ObjectSchema) : (data as ObjectSchema);
  return { data: inner, members: Object.keys(inner.entries) };
}

const edgeTo = (target: Target, document: Parameters<typeof dataOf>[0]): EdgeSchema => ({ target, ...dataOf(document) });

export const schemas: Readonly<Record<Kind, NodeSchema>> = {
  room: {
    ...dataOf(roomDocument),
    relations: {},
    groups: {
      furniture: edgeTo('product', furnitureEdge),
      avatars: edgeTo('avatar', avatarEdge),
      messages: edgeTo('avatar', messageEdge),
    },
  },
  avatar: { ...dataOf(avatarDocument), relations: { skeleton: 'product' }, groups: { outfit: edgeTo('product', outfitEdge) } },
  product: { ...dataOf(productDocument), relations: {}, groups: { resources: edgeTo('resource', resourceEdge) } },
};

/** Members of an avatar edge that say what somebody is doing now. A write of these alone is presence: sent, but not logged. */
export const intentMembers: readonly string[] = ['path', 'start', 'speed', 'animation', 'look'];

export function kindOf(aggregate: string): Kind {
  return aggregate.slice(0, aggregate.indexOf('/')) as Kind;
}

export function isGroup(kind: Kind, name: string): boolean {
  return Object.hasOwn(schemas[kind].groups, name);
}
