import type { BufferGeometry } from 'three';
import { SLICE_BYTES } from '../../assets/memory/upload-governor.ts';
import type { UploadJob } from '../../assets/memory/upload-job.ts';
import { addVariants, type Surroundings } from '../frame/needed-variants.ts';
import type { Programs } from '../gl/programs.ts';
import { LIGHTMAP, MAP, type SurfaceVariant, skinOf } from '../materials/surface-variant.ts';
import type { Geometries } from './geometries.ts';
import { geometryBytes } from './geometry-bytes.ts';
import { levelsFor } from './joint-partition.ts';
import type { PartData, PartLevel, PartMesh } from './part-mesh.ts';

/** The dependencies of a mesh upload. */
export interface MeshUploadDependencies {
  readonly geometries: Geometries;
  readonly programs: Programs;
  /** The current surroundings. */
  readonly surroundings: () => Surroundings;
  /** Returns true if uploads are impossible: the context is lost (the next frame uploads what it needs) or gone for good. */
  readonly idle: () => boolean;
}

/**
 * Uploads meshes, all levels of one in a step, and compiles every program that may draw them. It finishes once the programs are ready, so
 * an outfit or a camera turn makes no frame wait for the compiler. A step that uploads nothing asks the driver whether it has
 * finished. Without KHR_parallel_shader_compile, the step waits for one program, at the earliest a frame after its start.
 */
export class MeshUpload implements UploadJob {
  readonly #meshes: readonly PartMesh[];
  readonly #ports: MeshUploadDependencies;
  /** Levels left to upload; undefined before the first step. */
  #levels: readonly PartLevel[] | undefined;
  #next = 0;
  /** Variants that are not ready; undefined before the first step. */
  #variants: SurfaceVariant[] | undefined;

  constructor(meshes: readonly PartMesh[], ports: MeshUploadDependencies) {
    this.#meshes = meshes;
    this.#ports = ports;
  }

  get done(): boolean {
    return this.#ports.idle() || (this.#variants?.length === 0 && this.#next >= (this.#levels?.length ?? 0));
  }

  step(): number {
    const { geometries, programs, idle } = this.#ports;
    if (idle()) return 0;
    this.#variants ??= this.#start();
    this.#levels ??= this.#meshes.flatMap(({ userData }) => levelsFor(userData.foyer as PartData, programs.maxJoints));
    if (this.#next < this.#levels.length) {
      const before = geometries.bytes;
      geometries.uploadTogether(this.#nextGeometries(this.#levels));
      return geometries.bytes - before;
    }
    // Start again: a context that was lost and restored between two steps has no programs.
    for (const variant of this.#variants) programs.start(variant);
    const ready = this.#variants.findIndex(variant => programs.isReady(variant));
    if (ready >= 0) programs.get(this.#variants.splice(ready, 1)[0]);
    return 0;
  }

  /** Returns the levels that come next: all of a usual mesh, a slice's worth of a large one. */
  #nextGeometries(levels: readonly PartLevel[]): BufferGeometry[] {
    const geometries: BufferGeometry[] = [];
    while (this.#next < levels.length && geometryBytes(geometries) < SLICE_BYTES) geometries.push(levels[this.#next++].geometry);
    return geometries;
  }

  #start(): SurfaceVariant[] {
    const { programs } = this.#ports;
    const surroundings = this.#ports.surroundings();
    const wanted = new Set<SurfaceVariant>();
    for (const mesh of this.#meshes) {
      const { levels } = mesh.userData.foyer as PartData;
      for (const variant of toCome(mesh)) addVariants(wanted, variant, levels, surroundings);
    }
    for (const variant of wanted) programs.start(variant);
    return [...wanted];
  }
}

/** Returns a mesh's variants, without its textures and with them. */
function toCome({ geometry, material: { variant } }: PartMesh): SurfaceVariant[] {
  const { uv, uv1 } = geometry.attributes;
  const variants = [variant];
  if (uv) variants.push(variant | MAP);
  if (uv1 && skinOf(variant) === 0) variants.push(...variants.map(v => v | LIGHTMAP));
  return variants;
}
