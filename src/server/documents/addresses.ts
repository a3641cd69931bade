import type { Ref } from '../log/change.ts';
import { isGroup, type Kind, kinds } from './kinds.ts';

/** Maps URLs of this server to documents and back. Clients never parse these URLs; only this file does. */

export type Address =
  | { readonly type: 'entry' }
  | { readonly type: 'nodes'; readonly kind: Kind }
  /** `path`: '' is the node, `furniture` a group of it, `furniture/3` an edge. */
  | { readonly type: 'document'; readonly kind: Kind; readonly aggregate: string; readonly path: string };

const idPattern = /^[a-z0-9][a-z0-9-]{0,63}$/;
const resourcePattern = /^[a-z0-9][a-z0-9._-]{0,127}$/i;

export const isId = (text: string): boolean => idPattern.test(text);
export const isResourceName = (text: string): boolean => resourcePattern.test(text) && !text.includes('..');

export class Addresses {
  #base = '';

  constructor(base: string) {
    this.base = base;
  }

  /** `https://host` and a path where a proxy puts one; no slash at the end. */
  get base(): string {
    return this.#base;
  }

  /** Set once more when the port is known, before the first request. */
  set base(url: string) {
    this.#base = url.replace(/\/+$/, '');
  }

  get entry(): string {
    return `${this.base}/api`;
  }

  get session(): string {
    return `${this.base}/api/session`;
  }

  get publications(): string {
    return `${this.base}/api/publications`;
  }

  get resources(): string {
    return `${this.base}/resources`;
  }

  nodes(kind: Kind): string {
    return `${this.base}/api/${kind}s`;
  }

  /** Returns the URL of the node `aggregate`, or of the document at `path` in it. */
  document(aggregate: string, path = ''): string {
    const slash = aggregate.indexOf('/');
    return `${this.base}/api/${aggregate.slice(0, slash)}s${aggregate.slice(slash)}${path === '' ? '' : `/${path}`}`;
  }

  snapshot(aggregate: string): string {
    return `${this.base}/api/snapshots/${aggregate}`;
  }

  updates(queue: string): string {
    return `${this.base}/api/updates/${queue}`;
  }

  resource(name: string): string {
    return `${this.base}/resources/${name}`;
  }

  /** Returns the URL of a reference that the log stores. */
  ofRef(ref: Ref): string {
    if (ref.startsWith('resource/')) return this.resource(ref.slice(9));
    return ref.includes(':') ? ref : this.document(ref);
  }

  /** Returns the reference for a URL: a node or resource of this server, or the URL itself. Undefined if it is not a URL. */
  toRef(url: string): Ref | undefined {
    if (!URL.canParse(url, this.base)) return undefined;
    const { href, protocol, username, password } = new URL(url, `${this.base}/`);
    if ((protocol !== 'http:' && protocol !== 'https:') || username || password) return undefined;
    if (!href.startsWith(`${this.base}/`)) return href;
    const path = href.slice(this.base.length);
    if (path.startsWith('/resources/') && isResourceName(path.slice(11))) return `resource/${path.slice(11)}`;
    const address = parsePath(path);
    return address?.type === 'document' && address.path === '' ? address.aggregate : undefined;
  }
}

/** Returns what the path of a request (without its query) names. Undefined if it cannot be a document. */
export function parsePath(path: string): Address | undefined {
  const parts = path.replace(/\/$/, '').split('/');
  if (parts[0] !== '' || parts[1] !== 'api' || parts.length > 6) return undefined;
  if (parts.length === 2) return { type: 'entry' };
  const kind = kinds.find(k => `${k}s` === parts[2]);
  if (!kind) return undefined;
  if (parts.length === 3) return { type: 'nodes', kind };
  const [, , , id, group, member] = parts;
  if (!isId(id) || (group !== undefined && !isGroup(kind, group)) || (member !== undefined && !isId(member))) return undefined;
  return { type: 'document', kind, aggregate: `${kind}/${id}`, path: parts.slice(4).join('/') };
}
