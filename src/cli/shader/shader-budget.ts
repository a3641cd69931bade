/** Reads budgets of shader costs and checks them. */
import { readJsonObject } from '../json-object.ts';

/** The counts that a budget can limit; the fields of a compiled shader. */
const BOUNDED = [
  'slots',
  'executed',
  'arithmetic',
  'texture',
  'constants',
  'temporaries',
  'interpolators',
  'dependentReads',
] as const;
type Bounded = (typeof BOUNDED)[number];

/** One entry of budgets.json. */
export interface Budget {
  /** Name or path of the file. */
  readonly file: string;
  /** `['LIT', 'SKIN=4']` */
  readonly defines: readonly string[];
  readonly most: Readonly<Partial<Record<Bounded, number>>>;
}

/**
 * Reads `{"surface.vert": 40, "surface.vert LIT SKIN=4": {"slots": 36}}`; a number alone is slots.
 *
 * @throws Error that names the file and the entry.
 */
export function readBudgets(text: string, path: string): Budget[] {
  const value = readJsonObject(text, path, 'file name -> budget');
  return Object.entries(value).map(([key, entry]) => {
    const [file, ...defines] = key.trim().split(/\s+/);
    const most: unknown = typeof entry === 'number' ? { slots: entry } : entry;
    if (typeof most !== 'object' || most === null || Array.isArray(most))
      throw new Error(`${path}: "${key}" must be a number or an object`);
    for (const [what, n] of Object.entries(most)) {
      if (!BOUNDED.some(b => b === what)) throw new Error(`${path}: "${key}": "${what}" is none of ${BOUNDED.join(', ')}`);
      if (typeof n !== 'number' || !(n >= 0))
        throw new Error(`${path}: "${key}": ${what} must be a number from 0 up, got ${JSON.stringify(n)}`);
    }
    return { file, defines, most };
  });
}

/** Lists the exceeded limits as sentences: `37 slots, 1 over the budget of 36`. */
export function overBudget({ most }: Budget, counts: Readonly<Record<Bounded, number>>): string[] {
  return BOUNDED.flatMap(what => {
    const allowed = most[what];
    const used = counts[what];
    return allowed !== undefined && used > allowed ? [`${used} ${what}, ${used - allowed} over the budget of ${allowed}`] : [];
  });
}
