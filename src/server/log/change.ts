/** An entry of the log: the operations of one write on one aggregate. Stored as JSON. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };
export type Data = Readonly<Record<string, Json>>;

/**
 * References inside the log do not name the server's own origin, so that a data folder can move:
 * `product/7`, `avatar/x1`, `resource/<file>`. Anything else is an absolute http(s) URL.
 */
export type Ref = string;

export type Operation =
  /** Creates or replaces the node. `owner`: the user whose avatar it is. */
  | { readonly node: { readonly data: Data; readonly relations: Readonly<Record<string, Ref>> }; readonly owner?: string }
  /** Adds or replaces the edge `furniture/3`. `owner`: the user whose lease keeps it. */
  | { readonly put: string; readonly data: Data; readonly ref: Ref; readonly owner?: string }
  | { readonly drop: string }
  /** Removes all members of a group (`furniture`): a publication replaces them. */
  | { readonly clear: string }
  | { readonly delete: true }
  /** After the operations before it, the room is as published under this name. */
  | { readonly publication: string }
  /** Mutes an avatar in this room (`on`), or unmutes it. */
  | { readonly mute: string; readonly on: boolean };

export interface Change {
  /** Wall-clock time of the write, ms since 1970. Informative: nothing is ordered by it. */
  readonly at: number;
  /** The user who wrote it. */
  readonly by?: string;
  /** An `Idempotency-Key`, hashed with its user, with the hash of the request and the member that it created. */
  readonly retry?: { readonly key: string; readonly request: string; readonly path: string };
  readonly operations: readonly Operation[];
}
