/** Implements `--strict`: every warning is an error. */

/** Reports the warnings that `--strict` forbids. */
export class StrictError extends Error {
  override readonly name = 'StrictError';
  readonly warnings: readonly string[];
  readonly summary: string;

  constructor(warnings: readonly string[]) {
    const summary = `--strict allows no warnings; there ${warnings.length === 1 ? 'is 1' : `are ${warnings.length}`}:`;
    super([summary, ...warnings].join('\n'));
    this.warnings = warnings;
    this.summary = summary;
  }
}

/** @throws StrictError where a model has warnings. */
export function refuseWarnings(models: Iterable<{ readonly name: string; readonly warnings: readonly string[] }>): void {
  const warnings = [...models].flatMap(m => m.warnings.map(w => `${m.name}: ${w}`));
  if (warnings.length > 0) throw new StrictError(warnings);
}
