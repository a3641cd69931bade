import * as v from 'valibot';
import { FormatError } from '../../core/errors.ts';
import { RESOURCE_NAME } from '../../core/resource-types.ts';
import { check } from '../../graph/check.ts';
import { envelope, link, node } from '../../graph/documents.ts';
import { group } from '../../graph/group-schema.ts';
import {
  avatarDocument,
  avatarEdge,
  furnitureEdge,
  outfitEdge,
  productDocument,
  resourceEdge,
  roomDocument,
} from '../../graph/room-documents.ts';
import { sha256 } from '../../node/sha256.ts';
import type { Data, Operation, Ref } from '../log/change.ts';

/**
 * Reads a static room (`room.json`, docs/formats.md) as changes of aggregates. Products and avatars are named by their content, so that
 * publishing the same one again changes nothing.
 */

export interface ImportedAggregate {
  readonly id: string;
  readonly operations: readonly Operation[];
}

export interface ImportedRoom {
  /** Products, then avatars, then the room, so that no reference comes before its target. */
  readonly aggregates: readonly ImportedAggregate[];
  /** File names of the resources that the documents refer to. */
  readonly resources: ReadonlyMap<string, ImportedResource>;
}

interface ImportedResource {
  readonly url: string;
  /** The length that the documents state. They state none for a sound. */
  readonly bytes: number | undefined;
}

/** The schema of rooms omits the sound: the page reads it when somebody turns the sound on. */
const soundOfRoom = node(v.object({}), v.object({ sound: v.optional(link) }));

type Stored = Readonly<Record<string, unknown>>;

/**
 * @param room - id of the room's aggregate: `room/lounge`.
 * @param url - of the file. Its links are relative to it.
 * @throws FormatError that names the document and the value that is wrong.
 */
export function importRoom(room: string, url: string, json: unknown): ImportedRoom {
  const read = new ReadRoom(url, json);
  const root = read.get(url, roomDocument);
  const sound = read.sound(url);
  const operations: Operation[] = [{ node: { data: read.data(url), relations: sound === undefined ? {} : { sound } } }];
  const add = (name: string, put: (edge: string) => { readonly data: Data; readonly ref: Ref }, link: string | undefined) => {
    if (link === undefined) return;
    for (const edge of read.members(link))
      operations.push({ put: `${name}/${(operations.length - 1).toString(36)}`, ...put(edge) });
  };
  operations.push({ clear: 'furniture' });
  add(
    'furniture',
    edge => ({ data: read.data(edge), ref: read.product(read.edge(edge, furnitureEdge)) }),
    root.relations.furniture,
  );
  add('avatars', edge => ({ data: read.data(edge), ref: read.avatar(read.edge(edge, avatarEdge)) }), root.relations.avatars);
  return { aggregates: [...read.aggregates.values(), { id: room, operations }], resources: read.resources };
}

class ReadRoom {
  readonly aggregates = new Map<string, ImportedAggregate>();
  readonly resources = new Map<string, ImportedResource>();
  readonly #base: string;
  readonly #documents = new Map<string, Stored>();
  readonly #refs = new Map<string, Ref>();

  constructor(url: string, json: unknown) {
    this.#base = url;
    const response = check(url, json, envelope);
    if (response.status === 'failure') throw new Error(`${url}: ${response.error}`);
    for (const [key, document] of Object.entries(response.denormalized))
      this.#documents.set(this.#absolute(key), document as Stored);
  }

  #absolute(link: string): string {
    return new URL(link, this.#base).href;
  }

  get<Schema extends v.GenericSchema>(url: string, schema: Schema): v.InferOutput<Schema> {
    return check(url, this.#documents.get(url), schema);
  }

  /** Returns the data unchanged, including members that our schemas do not know (a credit). */
  data(url: string): Data {
    return (this.#documents.get(url)?.data ?? {}) as Data;
  }

  *members(link: string): Generator<string> {
    const seen = new Set<string>();
    for (let page: string | undefined = this.#absolute(link); page !== undefined && !seen.has(page); ) {
      seen.add(page);
      const found: v.InferOutput<typeof group> = this.get(page, group);
      for (const member of 'edges' in found ? found.edges : found.nodes) yield this.#absolute(member);
      page = found.next === undefined ? undefined : this.#absolute(found.next);
    }
  }

  /** Returns the URL that an edge refers to. */
  edge(url: string, schema: typeof furnitureEdge | typeof avatarEdge | typeof outfitEdge | typeof resourceEdge): string {
    return this.#absolute(this.get(url, schema as typeof outfitEdge).relations.ref);
  }

  product(url: string): Ref {
    return this.#once(url, () => {
      const { relations } = this.get(url, productDocument);
      const edges = [...this.members(relations.resources)].map(edge => ({ data: this.data(edge), ref: this.#resource(edge) }));
      return this.#named('product', { data: this.data(url), relations: {} }, 'resources', edges);
    });
  }

  avatar(url: string): Ref {
    return this.#once(url, () => {
      const { relations } = this.get(url, avatarDocument);
      const skeleton = this.product(this.#absolute(relations.skeleton));
      const edges = [...this.members(relations.outfit)].map(edge => ({
        data: this.data(edge),
        ref: this.product(this.edge(edge, outfitEdge)),
      }));
      return this.#named('avatar', { data: this.data(url), relations: { skeleton } }, 'outfit', edges);
    });
  }

  #resource(edge: string): Ref {
    const { data } = this.get(edge, resourceEdge);
    const url = this.edge(edge, resourceEdge);
    return this.#file(url, data.bytes);
  }

  #file(url: string, bytes: number | undefined): Ref {
    const name = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
    this.resources.set(name, { url, bytes });
    return `resource/${name}`;
  }

  /** Returns the sound of a room: a file beside it, or a URL. @throws FormatError for a file that is not named by its content. */
  sound(room: string): Ref | undefined {
    const { sound } = this.get(room, soundOfRoom).relations;
    if (sound === undefined) return undefined;
    const url = this.#absolute(sound);
    const { origin, protocol, pathname } = new URL(url);
    const isElsewhere = origin !== new URL(this.#base).origin && /^https?:$/.test(protocol);
    if (isElsewhere) return url;
    if (!RESOURCE_NAME.test(pathname.split('/').at(-1) ?? ''))
      throw new FormatError('a sound beside the room is named by its SHA-256, as "foyer room" writes it', {
        url: room,
        at: 'relations.sound',
        value: sound,
      });
    return this.#file(url, undefined);
  }

  #once(url: string, make: () => Ref): Ref {
    let ref = this.#refs.get(url);
    if (ref === undefined) this.#refs.set(url, (ref = make()));
    return ref;
  }

  #named(
    kind: string,
    node: { readonly data: Data; readonly relations: Readonly<Record<string, Ref>> },
    group: string,
    edges: readonly { readonly data: Data; readonly ref: Ref }[],
  ): Ref {
    const operations: Operation[] = [{ node }, ...edges.map((edge, i) => ({ put: `${group}/${i.toString(36)}`, ...edge }))];
    const id = `${kind}/${sha256(JSON.stringify(operations)).slice(0, 16)}`;
    this.aggregates.set(id, { id, operations });
    return id;
  }
}
