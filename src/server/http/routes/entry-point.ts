import type { Addresses } from '../../documents/addresses.ts';
import { kinds } from '../../documents/kinds.ts';
import { json } from '../../documents/responses/compose.ts';
import { type Body, bodyOf } from '../../documents/responses/responses.ts';

/** `GET /api`: the only URL that a client knows. */

export interface EntryPointOptions {
  readonly version: string;
  /** The caller's avatar. Undefined without a session. */
  readonly me: string | undefined;
  /** Where an imported room is published, for callers who may do that. */
  readonly publisher: boolean;
}

export function entryPoint(addresses: Addresses, { version, me, publisher }: EntryPointOptions): Body {
  const relations = {
    ...Object.fromEntries(kinds.map(kind => [`${kind}s`, addresses.nodes(kind)])),
    session: addresses.session,
    ...(me === undefined ? {} : { me: addresses.document(me) }),
    ...(publisher ? { publications: addresses.publications, resources: addresses.resources } : {}),
  };
  const document = { data: { name: 'Foyer', version }, relations };
  return bodyOf({ id: addresses.entry, pieces: [json(addresses.entry, document)], version: 0 });
}
