/** Lists and masks of joints that need a pose. */

const lists = new WeakMap<Int16Array, Uint16Array>();

/** Lists every joint of a skeleton. The same parents give the same list, which must not be changed. */
export function allJoints(parents: Int16Array): Uint16Array {
  let list = lists.get(parents);
  if (!list) lists.set(parents, (list = Uint16Array.from(parents, (_, joint) => joint)));
  return list;
}

/**
 * Marks a joint and all its ancestors in `mask`. Only these need a pose.
 * The tips of fingers and toes, tool handles and the like usually move no vertex. Of the 41 joints of a KayKit knight, 26 remain.
 *
 * @param parents - `parents[i] < i`, -1 for a root.
 */
export function markWithAncestors(mask: Uint8Array, parents: Int16Array, joint: number): void {
  for (let j = joint; j >= 0 && mask[j] === 0; j = parents[j]) mask[j] = 1;
}

/** Lists the joints that a mask marks, ascending: `jointsIn(Uint8Array.of(1, 0, 1)) // 0 2` */
export function jointsIn(mask: Uint8Array): Uint16Array {
  const joints = new Uint16Array(mask.length);
  let count = 0;
  for (let joint = 0; joint < mask.length; joint++) if (mask[joint] === 1) joints[count++] = joint;
  return joints.slice(0, count);
}
