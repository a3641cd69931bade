import { Aggregate } from '../documents/aggregate.ts';
import type { Documents } from '../documents/documents.ts';
import type { Compose } from '../documents/responses/compose.ts';
import { json } from '../documents/responses/compose.ts';
import { type Body, bodyOf } from '../documents/responses/responses.ts';
import type { ServerContext } from '../http/context.ts';

/** The room of a snapshot: the room itself without its visitors, or a small room with one avatar or product. */

type Vector = readonly [number, number, number];

/** Light from above and the front, before a plain wall. */
const studioLight = {
  sky: [0.75, 0.78, 0.85],
  ground: [0.35, 0.32, 0.3],
  sun: { direction: [0.4, 0.7, 0.6], color: [0.9, 0.85, 0.78] },
  background: [0.82, 0.78, 0.72],
};

/** The field of view is 50 degrees: what is so far away that it fills 85 % of the picture's height. */
const FILL = 1 / (0.85 * 2 * Math.tan((25 * Math.PI) / 180));

export function sceneOf(context: Pick<ServerContext, 'addresses' | 'documents'>, compose: Compose, id: string): Body {
  const aggregate = compose.aggregate(id);
  if (aggregate.kind === 'room') {
    const { pieces } = compose.compose(
      { type: 'document', kind: 'room', aggregate: id, path: '' },
      '',
      withoutVisitors(aggregate),
    );
    // Visitors change the revision but not the picture.
    return bodyOf({ id: context.addresses.document(id), pieces, version: aggregate.version });
  }
  const { pieces } = compose.compose({ type: 'document', kind: aggregate.kind, aggregate: id, path: '' }, '');
  return aggregate.kind === 'avatar' ? portrait(context, aggregate, pieces) : still(context, aggregate, pieces);
}

function withoutVisitors(room: Aggregate): Aggregate {
  const empty = Aggregate.from(room.toJSON());
  const members = empty.groups.get('avatars')?.members;
  for (const [id, { owner }] of members ?? []) if (owner !== undefined) members?.delete(id);
  return empty;
}

function portrait(
  { addresses, documents }: Pick<ServerContext, 'addresses' | 'documents'>,
  avatar: Aggregate,
  pieces: readonly string[],
): Body {
  const height = typeof avatar.data.height === 'number' && avatar.data.height > 0 ? avatar.data.height : 1.8;
  const distance = height * FILL;
  const spawn = { position: [distance * 0.25, height * 0.6, distance], target: [0, height * 0.52, 0] };
  const idle = hasIdle(documents, avatar) ? { animation: 'idle' } : {};
  return sceneBody(
    addresses.snapshot(avatar.id),
    spawn,
    'avatars',
    { position: [0, 0, 0], ...idle },
    addresses.document(avatar.id),
    pieces,
    avatar.revision,
  );
}

function hasIdle(documents: Documents, avatar: Aggregate): boolean {
  const skeleton = documents.existing(avatar.relations.skeleton ?? '');
  return [...(skeleton?.groups.get('resources')?.members.values() ?? [])].some(({ data }) => data.name === 'idle');
}

function still({ addresses }: Pick<ServerContext, 'addresses'>, product: Aggregate, pieces: readonly string[]): Body {
  const { min, max } = (product.data.bounds as { readonly min: Vector; readonly max: Vector } | undefined) ?? {
    min: [-0.5, 0, -0.5],
    max: [0.5, 1, 0.5],
  };
  const middle = min.map((low, axis) => (low + max[axis]) / 2);
  const radius = Math.max(0.05, Math.hypot(...min.map((low, axis) => (max[axis] - low) / 2)));
  const distance = 2 * radius * FILL;
  const eye = [0.5, 0.4, 0.77].map((part, axis) => middle[axis] + part * distance);
  const spawn = { position: eye, target: middle };
  return sceneBody(
    addresses.snapshot(product.id),
    spawn,
    'furniture',
    { position: [0, 0, 0] },
    addresses.document(product.id),
    pieces,
    product.revision,
  );
}

function sceneBody(
  url: string,
  spawn: object,
  group: string,
  data: object,
  ref: string,
  pieces: readonly string[],
  version: number,
): Body {
  const scene = `${url}/scene`;
  const own = [
    json(scene, { data: { name: '', light: studioLight, spawn }, relations: { [group]: `${scene}#${group}` } }),
    json(`${scene}#${group}`, { edges: [`${scene}#${group}/0`] }),
    json(`${scene}#${group}/0`, { data, relations: { ref } }),
  ];
  return bodyOf({ id: scene, pieces: [...own, ...pieces], version });
}
