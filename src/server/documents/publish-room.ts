import { sha256 } from '../../node/sha256.ts';
import type { Operation } from '../log/change.ts';
import type { Documents } from './documents.ts';
import type { ImportedRoom } from './room-import.ts';
import type { Append } from './writes/append.ts';

/**
 * Writes an imported room into the log: products, avatars, then the room in one entry. Readers see either the old room or the new one.
 * Visitors stay where they are. A room that did not change writes nothing.
 */
export async function publishRoom(imported: ImportedRoom, append: Append, documents: Documents, by?: string): Promise<boolean> {
  let changed = false;
  const others = imported.aggregates.slice(0, -1);
  await inParallel(others, 64, async ({ id, operations }) => {
    if (documents.existing(id)) return;
    changed = true;
    await append.change(id, by, found => ({ operations: found?.exists ? [] : operations, path: '' }));
  });
  const { id, operations } = imported.aggregates[imported.aggregates.length - 1];
  const publication = publicationOf(imported);
  await append.change(id, by, room => {
    if (room?.exists && room.publication === publication) return { operations: [], path: '' };
    changed = true;
    const residents = [...(room?.groups.get('avatars')?.members ?? [])].filter(([, { owner }]) => owner === undefined);
    const drops: Operation[] = residents.map(([member]) => ({ drop: `avatars/${member}` }));
    return { operations: [...drops, ...renumber(operations, room?.next ?? 0), { publication }], path: '' };
  });
  return changed;
}

/** Identifies the content of a room. Equal documents have the same value, wherever they were published from. */
export function publicationOf({ aggregates }: ImportedRoom): string {
  return sha256(JSON.stringify(aggregates.at(-1)?.operations)).slice(0, 32);
}

/** Numbers are never used twice in a room, so the URL of a removed edge is never reused. */
function renumber(operations: readonly Operation[], from: number): readonly Operation[] {
  return operations.map(operation => {
    if (!('put' in operation)) return operation;
    const [group, id] = operation.put.split('/');
    return { ...operation, put: `${group}/${(Number.parseInt(id, 36) + from).toString(36)}` };
  });
}

async function inParallel<Item>(items: readonly Item[], width: number, run: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  const lanes = Array.from({ length: Math.min(width, items.length) }, async () => {
    while (next < items.length) await run(items[next++]);
  });
  await Promise.all(lanes);
}
