/** Lists and masks of joints that need a pose. */

/** Lists every joint of a skeleton. */
export function allJoints(parents: Int16Array): Uint16Array {
  return Uint16Array.from(parents, (_, joint) => joint);
}

/**
 * Returns the joints in `wanted` and all their ancestors, ascending. Only these need a pose.
 * The tips of fingers and toes, tool handles and the like usually move no vertex. Of the 41 joints of a KayKit knight, 26 remain.
 *
 * @param parents - `parents[i] < i`, -1 for a root.
 */
export function withAncestors(parents: Int16Array, wanted: Iterable<number>): Uint16Array {
  const marked = new Uint8Array(parents.length);
  for (const joint of wanted) for (let j = joint; j >= 0 && marked[j] === 0; j = parents[j]) marked[j] = 1;
  return allJoints(parents).filter(joint => marked[joint] === 1);
}

/** Makes a mask with 1 at each listed joint: `maskOf(Uint16Array.of(0, 2), 3) // 1 0 1` */
export function maskOf(joints: Uint16Array, jointCount: number): Uint8Array {
  const mask = new Uint8Array(jointCount);
  for (const joint of joints) mask[joint] = 1;
  return mask;
}
