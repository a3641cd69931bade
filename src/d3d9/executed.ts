/** The count of slots that a listing runs. */
import type { Instruction } from './assembly/listing/listing.ts';

/** The work that a shader does for one vertex or pixel where its listing keeps loops and branches. */
export interface Executed {
  /** Slots that run when every loop reaches its bound and every `if` takes its longer side. */
  readonly most: number;
  /** True where the listing keeps a loop. */
  readonly loops: boolean;
  /** True where a loop can end early or a branch can be skipped: a pixel may run fewer slots. */
  readonly varies: boolean;
  /** The most times that each instruction of the listing runs. */
  readonly times: readonly number[];
}

interface Block {
  readonly kind: 'loop' | 'if';
  readonly times: number;
  /** Slots of the block. After `else`, the slots of the side before it. */
  slots: number;
  other: number;
}

/** Direct3D 9 runs a loop at most 255 times (D3DVS20_MAX… and `defi` in its shader reference). */
const MOST_TURNS = 255;

/**
 * Counts the slots that a listing runs. `rep` and `loop` take their bound from the `defi` of their register. Without a `defi` (a
 * uniform's register), the bound is 255.
 */
export function executedOf(listing: readonly Pick<Instruction, 'text' | 'slots'>[]): Executed {
  const counts = new Map<string, number>();
  const open: Block[] = [{ kind: 'if', times: 1, slots: 0, other: 0 }];
  const times: number[] = [];
  let loops = false;
  let varies = false;
  const inner = () => open[open.length - 1];
  for (const { text, slots } of listing) {
    const [op, ...operands] = text.trim().split(/[\s,]+/);
    const word = op.replace(/_\w+$/, '');
    if (word === 'defi') counts.set(operands[0], Number(operands[1]));
    const product = () => open.reduce((n, b) => n * b.times, 1);
    if (word === 'rep' || word === 'loop') {
      times.push(product());
      inner().slots += slots;
      const turns = counts.get(operands[operands.length - 1]) ?? MOST_TURNS;
      open.push({ kind: 'loop', times: turns, slots: 0, other: 0 });
      loops = true;
    } else if (word === 'if' || word === 'ifc') {
      times.push(product());
      inner().slots += slots;
      open.push({ kind: 'if', times: 1, slots: 0, other: 0 });
      varies = true;
    } else if (word === 'else' && open.length > 1) {
      times.push(product());
      inner().other = inner().slots + slots;
      inner().slots = 0;
    } else if ((word === 'endrep' || word === 'endloop' || word === 'endif') && open.length > 1) {
      times.push(product());
      inner().slots += slots;
      const block = open.pop() as Block;
      inner().slots += block.times * Math.max(block.slots, block.other);
    } else {
      times.push(slots > 0 ? product() : 0);
      inner().slots += slots;
      if (word === 'break' || word === 'breakc' || word === 'breakp') varies = true;
    }
  }
  return { most: open[0].slots, loops, varies, times };
}
