import type { SourceTexture } from '../model/source-model.ts';
import type { StoredResource } from './resource-folder.ts';

/** An edge from a product to one of its resources (docs/formats.md). */
export interface ResourceEdge {
  readonly data: { kind: string; bytes: number; type: string; hash: string; [key: string]: unknown };
  readonly ref: string;
}

/** Returns a document's sampling data for a texture: empty where it is repeating and smoothed. */
export function samplingData({ sampling }: SourceTexture): object {
  if (!sampling) return {};
  const { wrapS, wrapT, nearest, minify, scroll, swing } = sampling;
  const repeats = wrapS === 'repeat' && wrapT === 'repeat';
  return {
    ...(repeats ? {} : { wrap: [wrapS, wrapT] }),
    ...(nearest ? { filter: 'nearest' } : {}),
    ...(minify && { minify }),
    ...(scroll && { scroll }),
    ...(swing && { swing }),
  };
}

/** Returns the edge to a stored resource. @param more - other members of its data. */
export function edge(kind: string, { url, bytes, type, hash }: StoredResource, more: object = {}): ResourceEdge {
  return { data: { kind, ...more, bytes, type, hash }, ref: url };
}
