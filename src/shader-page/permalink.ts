import { TARGET_NAMES, type TargetName } from '../d3d9/target.ts';

/**
 * A link that contains the whole page state: `#s=` and the state as JSON, deflated (RFC 1951), in base64url (RFC 4648).
 * It is in the fragment, so no server receives it.
 * Links are untrusted: the decoded state is validated, and decompression stops at a size limit.
 */

export type Target = TargetName;
export type Stage = 'vertex' | 'fragment';

export interface PageState {
  readonly stage: Stage;
  readonly target: Target;
  readonly a: string;
  /** The second shader of a comparison. */
  readonly b?: string;
  /** The defines before both shaders: `LIT SKIN=4`. */
  readonly defines?: string;
}

/** The most characters of one shader in a link. The longest reference shader has 3,000. */
export const MAX_SOURCE = 100_000;
const MAX_BYTES = 4 * MAX_SOURCE * 2;

/** Returns the targets of a stage, the slowest chip's first. */
export function targetsOf(stage: Stage): readonly Target[] {
  return TARGET_NAMES.filter(t => t.startsWith(stage === 'vertex' ? 'vs' : 'ps'));
}

/** Encodes the page's state. @returns the fragment, without `#`. */
export async function encodeState(state: PageState): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(state));
  const packed = await collect(new Blob([json]).stream().pipeThrough(new CompressionStream('deflate-raw')), MAX_BYTES);
  let binary = '';
  for (const byte of packed) binary += String.fromCharCode(byte);
  return `s=${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/**
 * Decodes the page's state.
 * @param fragment - with or without `#`.
 * @returns undefined where the fragment contains no state.
 * @throws SyntaxError with a sentence where the state is invalid.
 */
export async function decodeState(fragment: string): Promise<PageState | undefined> {
  const packed = /^#?s=([\w-]+)$/.exec(fragment)?.[1];
  if (packed === undefined) return undefined;
  let value: unknown;
  try {
    const bytes = Uint8Array.from(atob(packed.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
    const json = await collect(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')), MAX_BYTES);
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw new SyntaxError('the link is damaged: its shader cannot be read', { cause });
  }
  return checkState(value);
}

function checkState(value: unknown): PageState {
  const { stage, target, a, b, defines } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (stage !== 'vertex' && stage !== 'fragment') throw new SyntaxError('the link is damaged: it names no stage');
  const known = targetsOf(stage).find(t => t === target) ?? targetsOf(stage)[0];
  for (const source of [a, b ?? '', defines ?? '']) {
    if (typeof source !== 'string' || source.length > MAX_SOURCE) {
      throw new SyntaxError(`the link is damaged: a shader in it is no text of at most ${MAX_SOURCE} characters`);
    }
  }
  return { stage, target: known, a: a as string, ...optional('b', b), ...optional('defines', defines) };
}

/** Returns an object with the property where the value is a text, else an empty one. */
const optional = <K extends string>(key: K, value: unknown) =>
  typeof value === 'string' ? ({ [key]: value } as Record<K, string>) : {};

async function collect(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let r = await reader.read(); !r.done; r = await reader.read()) {
    length += r.value.length;
    if (length > limit) {
      await reader.cancel();
      throw new RangeError(`more than ${limit} bytes`);
    }
    chunks.push(r.value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
