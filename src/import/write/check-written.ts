/** Checks the documents that an import wrote with the readers that a page uses, so that every room opens. */
import type * as v from 'valibot';
import { check } from '../../graph/check.ts';
import { group } from '../../graph/group-schema.ts';
import * as documents from '../../graph/room-documents.ts';

/** Schemas of a room's document, by the fragment of its URL. */
const SCHEMAS: readonly (readonly [RegExp, v.GenericSchema])[] = [
  [/^$/, documents.roomDocument],
  [/^furniture\/\d+$/, documents.furnitureEdge],
  [/^avatars\/\d+$/, documents.avatarEdge],
  [/^avatar\/\d+$/, documents.avatarDocument],
  [/^avatar\/\d+\/outfit\/\d+$/, documents.outfitEdge],
  [/^product\/\d+$/, documents.productDocument],
  [/^product\/\d+\/resources\/\d+$/, documents.resourceEdge],
  [/^bundle\/\d+$/, documents.bundleDocument],
  [/^(furniture|avatars|(product|avatar)\/\d+\/(resources|outfit))$/, group],
];

/** @throws FormatError where the reader of documents rejects one. @param written - documents by URL, as written. */
export function checkDocuments(written: Readonly<Record<string, unknown>>): void {
  for (const [url, document] of Object.entries(written)) {
    const fragment = url.includes('#') ? url.slice(url.indexOf('#') + 1) : '';
    const schema = SCHEMAS.find(([pattern]) => pattern.test(fragment))?.[1];
    if (!schema) throw new Error(`no reader for the document ${url}`);
    check(url, document, schema);
  }
}
