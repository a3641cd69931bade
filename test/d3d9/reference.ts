import { readFileSync } from 'node:fs';
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

/** The results of Microsoft's compiler for 71 shaders, as measured (d3dcompiler_47 6.3.9600.16384, behind ANGLE's translator). */
export const reference: readonly ReferenceShader[] = JSON.parse(
  readFileSync(resolve(import.meta.dirname, 'fixtures/shader-reference.json'), 'utf8'),
);

/** Every pair of shader and target in the reference. */
export const referenceCases = reference.flatMap(shader =>
  (Object.entries(shader.targets) as [TargetName, ReferenceListing | { error: string }][]).map(([target, expected]) => ({
    shader,
    target,
    expected,
  })),
);
