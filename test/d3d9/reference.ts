import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TargetName } from '../../src/d3d9/index.ts';

export interface ReferenceListing {
  readonly slots: number;
  readonly texture: number;
  readonly arithmetic: number;
  readonly listing: readonly string[];
}

export interface ReferenceShader {
  readonly name: string;
  readonly stage: 'vertex' | 'fragment';
  readonly glsl: string;
  readonly targets: Readonly<Partial<Record<TargetName, ReferenceListing | { readonly error: string }>>>;
}

const file = resolve(import.meta.dirname, '../../../shared/shader-reference/reference.json');

/** What Microsoft's compiler made of 71 shaders; undefined where the shared files are not there. */
export const reference: readonly ReferenceShader[] | undefined = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : undefined;

/** Every (shader, target) of the reference. */
export const referenceCases = (reference ?? []).flatMap(shader =>
  (Object.entries(shader.targets) as [TargetName, ReferenceListing | { error: string }][]).map(([target, expected]) => ({
    shader,
    target,
    expected,
  })),
);
