import { diffArrays } from 'diff';

/** One row of two listings side by side. */
export interface DifferenceRow {
  readonly kind: 'same' | 'changed' | 'removed' | 'added';
  readonly a?: string;
  readonly b?: string;
}

/**
 * Compares two listings slot by slot and returns the rows side by side.
 * Register numbers do not count as a difference: the compiler chooses them freely, and a listing in which only they moved is the
 * same code.
 *
 * ```ts
 * difference(['mov r0, v0'], ['mov r1, v0', 'add r1, r1, c3'])
 * // [{ kind: 'same', a: 'mov r0, v0', b: 'mov r1, v0' }, { kind: 'added', b: 'add r1, r1, c3' }]
 * ```
 */
export function difference(a: readonly string[], b: readonly string[]): DifferenceRow[] {
  const rows: DifferenceRow[] = [];
  let i = 0;
  let j = 0;
  const changes = diffArrays(a.map(shape), b.map(shape));
  for (let k = 0; k < changes.length; k++) {
    const { added, removed, count = 0 } = changes[k];
    if (!added && !removed) {
      for (let n = 0; n < count; n++) rows.push({ kind: 'same', a: a[i++], b: b[j++] });
      continue;
    }
    // A removed run and the added run that replaces it appear side by side.
    const next = changes[k + 1];
    const gone = removed ? count : next?.removed ? (next.count ?? 0) : 0;
    const come = added ? count : next?.added ? (next.count ?? 0) : 0;
    if (next && (removed ? next.added : next.removed)) k++;
    for (let n = 0; n < Math.max(gone, come); n++) {
      if (n < gone && n < come) rows.push({ kind: 'changed', a: a[i++], b: b[j++] });
      else if (n < gone) rows.push({ kind: 'removed', a: a[i++] });
      else rows.push({ kind: 'added', b: b[j++] });
    }
  }
  return rows;
}

/** Returns an instruction without the numbers of temporaries and constants. */
function shape(instruction: string): string {
  return instruction.replace(/\b([rc])\d+/g, '$1');
}
