import { randomBytes } from 'node:crypto';
import type { Data, Json, Operation } from '../../log/change.ts';
import { hasRole, type User } from '../../rights/user.ts';
import type { Address, Addresses } from '../addresses.ts';
import { Aggregate } from '../aggregate.ts';
import { intentMembers, type Kind, schemas } from '../kinds.ts';
import { Problem } from '../problem.ts';
import { type Append, digest, nothing, type Retry } from './append.ts';
import { type CheckRequest, checkBody, isObject, type RequestBody } from './check-request.ts';
import { mute, startNow, VisitorActs } from './visitor-acts.ts';

/** What POST and DELETE do to documents once rights have been checked. */

export interface Written {
  /** The written document, for the response. */
  readonly address: Extract<Address, { type: 'document' }>;
  readonly created: boolean;
}

export interface WriteRequest {
  readonly user: User;
  readonly address: Exclude<Address, { type: 'entry' }>;
  /** What allowed it: the embedder's hook or the table of rights. */
  readonly allowedBy: 'hook' | 'table';
  /** `If-Match`: a test on the version of the document, and on that of a node's edges. */
  readonly matches: ((version: number, edges?: number) => boolean) | undefined;
  /** `Idempotency-Key` */
  readonly key: string | undefined;
}

export interface WritesOptions {
  readonly append: Append;
  readonly check: CheckRequest;
  readonly addresses: Addresses;
  /** Maximum number of people in a room. */
  readonly capacity: number;
  readonly now: () => number;
  /** Reports what an avatar is doing now. It is not logged. */
  readonly tellIntent: (room: string, path: string, data: Data) => void;
  readonly readIntent: (room: string, path: string) => Data | undefined;
}

/** Changes documents on behalf of users. */
export class Writes {
  readonly #options: WritesOptions;
  readonly #acts: VisitorActs;

  constructor(options: WritesOptions) {
    this.#options = options;
    this.#acts = new VisitorActs(options);
  }

  /** @throws Problem 409, 410, 404, 412, 422; LogUnavailable */
  async post(request: WriteRequest, json: unknown): Promise<Written> {
    const body = checkBody(json);
    const { address } = request;
    if (address.type === 'nodes') return this.#addNode(request, address.kind, body);
    if (address.path === '') return this.#changeNode(request, address, body);
    if (body.edges !== undefined)
      throw new Problem(422, 'unknown-member', 'only a node can be written with edges', { at: 'edges' });
    if (address.path.includes('/')) return this.#changeEdge(request, address, body);
    return this.#addEdge(request, address, body);
  }

  async #addNode({ user, key }: WriteRequest, kind: Kind, body: RequestBody): Promise<Written> {
    const schema = schemas[kind];
    const retry = retryOf(user, `${kind}s`, key, body);
    // The same key gives the same id, so a retry finds what the first request created.
    const id = retry ? `${kind}/${digest(retry.key).slice(0, 20)}` : `${kind}/${randomBytes(10).toString('hex')}`;
    await this.#options.append.change(
      id,
      user.id,
      aggregate => {
        if (aggregate) throw new Problem(409, 'conflict', 'the document exists already');
        const data = this.#options.check.data(schema, {}, body.data);
        const relations = this.#options.check.nodeRelations(kind, {}, body.relations);
        return { operations: [{ node: { data, relations } }, ...this.#edgesOf(kind, body.edges)], path: '' };
      },
      retry,
    );
    return { address: { type: 'document', kind, aggregate: id, path: '' }, created: true };
  }

  #edgesOf(kind: Kind, edges: RequestBody['edges']): readonly PutOperation[] {
    const { groups } = schemas[kind];
    const operations: PutOperation[] = [];
    for (const [name, members] of Object.entries(edges ?? {})) {
      const schema = Object.hasOwn(groups, name) && name !== 'messages' ? groups[name] : undefined;
      if (!schema) throw new Problem(422, 'unknown-member', 'no such edge group', { at: `edges.${name}`, value: members });
      if (!Array.isArray(members))
        throw new Problem(422, 'wrong-content', 'an array of edges is expected', { at: `edges.${name}`, value: members });
      for (const [i, edge] of (members as readonly Json[]).entries()) {
        const at = `edges.${name}[${i}]`;
        if (!isObject(edge)) throw new Problem(422, 'wrong-content', 'an edge is expected', { at, value: edge });
        const { data, relations, ...unknown } = edge;
        const [wrong] = Object.keys(unknown);
        if (wrong !== undefined)
          throw new Problem(422, 'unknown-member', 'no such member of an edge', { at: `${at}.${wrong}`, value: unknown[wrong] });
        if (data !== undefined && !isObject(data))
          throw new Problem(422, 'wrong-content', 'an object is expected', { at: `${at}.data`, value: data });
        const link = isObject(relations) ? relations : undefined;
        operations.push({
          put: `${name}/${operations.length.toString(36)}`,
          data: this.#options.check.data(schema, {}, data, `${at}.data`),
          ref: this.#options.check.edgeRef(schema.target, link, undefined, `${at}.relations`),
        });
      }
    }
    return operations;
  }

  async #changeNode({ user, matches, allowedBy }: WriteRequest, address: DocumentAddress, body: RequestBody): Promise<Written> {
    const { kind, aggregate: id } = address;
    // The owner of an avatar chooses body and clothes. The name is that of the session.
    const asOwner = kind === 'avatar' && allowedBy === 'table' && !hasRole(user, 'editor', '*');
    const [other] = asOwner ? Object.keys(body.data ?? {}).filter(n => n !== 'height') : [];
    if (other !== undefined)
      throw new Problem(403, 'forbidden', `the right "editor of all avatars" is missing to change "${other}"`, {
        at: `data.${other}`,
      });
    await this.#options.append.change(id, user.id, found => {
      const aggregate = this.#existing(found, address);
      if (body.edges === undefined) conditional(matches, aggregate.version);
      else conditional(matches, aggregate.version, aggregate.edgesVersion);
      const data = this.#options.check.data(schemas[kind], aggregate.data, body.data);
      const relations = this.#options.check.nodeRelations(kind, aggregate.relations, body.relations);
      const isSame = same(data, aggregate.data) && same(relations, aggregate.relations);
      const node: Operation[] = isSame ? [] : [{ node: { data, relations } }];
      return { operations: [...node, ...this.#replacedEdges(kind, aggregate, body.edges)], path: '' };
    });
    return { address, created: false };
  }

  /** Makes each named group consist of exactly the edges given. An edge that stays as it is keeps its URL. */
  #replacedEdges(kind: Kind, aggregate: Aggregate, edges: RequestBody['edges']): readonly Operation[] {
    const operations: Operation[] = [];
    let { next } = aggregate;
    for (const [name, members] of Object.entries(edges ?? {})) {
      if (name === 'avatars')
        throw new Problem(422, 'unknown-member', 'people enter and leave one by one', { at: 'edges.avatars', value: members });
      const wanted = this.#edgesOf(kind, { [name]: members });
      const gone = new Map(aggregate.groups.get(name)?.members);
      for (const edge of wanted) {
        const [kept] = [...gone].find(([, { data, ref }]) => ref === edge.ref && same(data, edge.data)) ?? [];
        if (kept === undefined) operations.push({ ...edge, put: `${name}/${(next++).toString(36)}` });
        else gone.delete(kept);
      }
      for (const path of gone.keys()) operations.push({ drop: `${name}/${path}` });
    }
    return operations;
  }

  async #addEdge(request: WriteRequest, address: DocumentAddress, body: RequestBody): Promise<Written> {
    const { user, matches, key } = request;
    const { kind, aggregate: id, path: name } = address;
    const schema = schemas[kind].groups[name];
    const path = await this.#options.append.change(
      id,
      user.id,
      found => {
        const aggregate = this.#existing(found, address);
        conditional(matches, aggregate.groups.get(name)?.version ?? 0);
        if (name === 'avatars') return this.#acts.enter(aggregate, user, body);
        if (name === 'messages') return this.#acts.say(aggregate, user, body);
        const data = this.#options.check.data(schema, {}, body.data);
        const ref = this.#options.check.edgeRef(schema.target, body.relations);
        const path = `${name}/${aggregate.next.toString(36)}`;
        return { operations: [{ put: path, data, ref }], path };
      },
      retryOf(user, `${id}/${name}`, key, body),
    );
    return { address: { ...address, path }, created: true };
  }

  async #changeEdge({ user, matches }: WriteRequest, address: DocumentAddress, body: RequestBody): Promise<Written> {
    const { kind, aggregate: id, path } = address;
    const schema = schemas[kind].groups[path.slice(0, path.indexOf('/'))];
    const { muted, ...given } = body.data ?? {};
    const data = startNow(given, this.#options.now);
    let intent: Data | undefined;
    await this.#options.append.change(id, user.id, found => {
      const aggregate = this.#existing(found, address);
      const member = aggregate.member(path);
      if (!member) throw notThere(aggregate, path, this.#options.addresses);
      conditional(matches, member.version);
      if (muted !== undefined) return mute(aggregate, user, member, path, muted);
      if (path.startsWith('avatars/') && member.owner !== undefined && member.owner !== user.id)
        throw new Problem(403, 'forbidden', 'the right "owner of the avatar" is missing');
      const ref = this.#options.check.edgeRef(schema.target, body.relations, member.ref);
      if (path.startsWith('avatars/') && member.owner !== undefined && ref !== member.ref)
        throw new Problem(403, 'forbidden', 'the avatar of somebody in the room cannot be replaced', {
          at: 'relations.ref',
          value: body.relations?.ref,
        });
      const now = this.#options.readIntent(id, path) ?? {};
      const merged = this.#options.check.data(schema, { ...member.data, ...now }, data);
      const names = Object.keys(data ?? {});
      const isIntent =
        member.owner !== undefined && names.length > 0 && names.every(n => intentMembers.includes(n)) && ref === member.ref;
      // `null` ends a walk, so it must be removed from the log's version too.
      if (isIntent && !names.some(n => data?.[n] === null && member.data[n] !== undefined)) {
        intent = Object.fromEntries(Object.entries(merged).filter(([name]) => intentMembers.includes(name)));
        return nothing(path);
      }
      if (same(merged, member.data) && ref === member.ref) return nothing(path);
      return {
        operations: [{ put: path, data: merged, ref, ...(member.owner === undefined ? {} : { owner: member.owner }) }],
        path,
      };
    });
    if (intent) this.#options.tellIntent(id, path, intent);
    return { address, created: false };
  }

  /** @throws Problem 404, 405 for a group, 412 */
  async remove({ user, address, matches }: WriteRequest): Promise<void> {
    if (address.type === 'nodes' || (address.path !== '' && !address.path.includes('/')))
      throw new Problem(405, 'method-not-allowed', 'a group cannot be deleted, only its members');
    await this.#options.append.change(address.aggregate, user.id, aggregate => {
      if (!aggregate) throw notThere(new Aggregate(address.aggregate), address.path, this.#options.addresses);
      const { path } = address;
      if (aggregate.deleted) return nothing(path);
      if (path === '') {
        conditional(matches, aggregate.version);
        return { operations: [{ delete: true }], path };
      }
      const member = aggregate.member(path);
      if (member) {
        conditional(matches, member.version);
        return { operations: [{ drop: path }], path };
      }
      if (aggregate.wasRemoved(path)) return nothing(path);
      throw notThere(aggregate, path, this.#options.addresses);
    });
  }

  #existing(aggregate: Aggregate | undefined, address: DocumentAddress): Aggregate {
    if (aggregate?.exists) return aggregate;
    throw notThere(aggregate ?? new Aggregate(address.aggregate), '', this.#options.addresses);
  }
}

type PutOperation = Extract<Operation, { readonly put: string }>;
type DocumentAddress = Extract<Address, { type: 'document' }>;

const same = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

function conditional(matches: WriteRequest['matches'], ...versions: [version: number, edges?: number]): void {
  if (matches && !matches(...versions)) throw new Problem(412, 'changed', 'the document has changed since', { at: 'If-Match' });
}

function notThere(aggregate: Aggregate, path: string, addresses: Addresses): Problem {
  const value = addresses.document(aggregate.id, path);
  return aggregate.deleted || (path !== '' && aggregate.wasRemoved(path))
    ? new Problem(410, 'gone', 'the document was deleted', { value })
    : new Problem(404, 'not-found', 'there is no such document', { value });
}

function retryOf(user: User, where: string, key: string | undefined, body: RequestBody): Retry | undefined {
  return key === undefined ? undefined : { key: digest(user.id, where, key), request: digest(JSON.stringify(body)) };
}
