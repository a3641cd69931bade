/** Removes fields that are null. */

/** How deep fields of glTF lie: meshes, a primitive, its attributes. */
const DEPTH = 6;

/**
 * Removes fields that are null, which some serializers write for what is not there; three.js takes them so. Changes `json`.
 * `extras` belong to the author and stay.
 *
 * @returns how many were removed.
 */
export function removeNullFields(json: object, depth = DEPTH): number {
  let removed = 0;
  for (const [name, value] of Object.entries(json)) {
    if (value === null && !Array.isArray(json)) {
      delete (json as Record<string, unknown>)[name];
      removed++;
    } else if (typeof value === 'object' && value !== null && name !== 'extras' && depth > 0) {
      removed += removeNullFields(value, depth - 1);
    }
  }
  return removed;
}
