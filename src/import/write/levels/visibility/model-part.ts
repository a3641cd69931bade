/** What the search for hidden triangles reads of a model's part. */
import type { PackedPart } from '../../meshes/packed-part.ts';

/** A part, and the product's joint numbers for its JOINTS_0; none where it is rigid. */
export interface PartOfModel {
  readonly part: PackedPart;
  readonly joints: readonly number[];
}
