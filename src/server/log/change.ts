/** What an entry of the log says: the operations that one write makes on one aggregate. Stored as JSON. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };
export type Data = Readonly<Record<string, Json>>;

/**
 * References inside the log do not name the server's own origin, so that a data folder can move:
 * `product/7`, `avatar/x1`, `resource/<file>`; anything else is an absolute http(s) URL.
 */
export type Ref = string;

export type Operation =
  /** Makes the node, or replaces it. `owner`: the user whose avatar it is. */
  | { readonly node: { readonly data: Data; readonly relations: Readonly<Record<string, Ref>> }; readonly owner?: string }
  /** Adds the edge `furniture/3`, or replaces it. `owner`: the user whose lease keeps it. */
  | { readonly put: string; readonly data: Data; readonly ref: Ref; readonly owner?: string }
  | { readonly drop: string }
  /** Removes all members of a group (`furniture`): a publication replaces them. */
  | { readonly clear: string }
  | { readonly delete: true }
  /** The operations before it make the room what was published under this name. */
  | { readonly publication: string }
  /** An avatar may not speak in this room (`on`), or may again. */
  | { readonly mute: string; readonly on: boolean };

export interface Change {
  /** Wall-clock time of the write, ms since 1970. Informative: nothing is ordered by it. */
  readonly at: number;
  /** Who wrote. */
  readonly by?: string;
  /** An `Idempotency-Key`, hashed with its user, with the hash of the request and the member that it made. */
  readonly retry?: { readonly key: string; readonly request: string; readonly path: string };
  readonly operations: readonly Operation[];
}
