/** Collects warnings of an import: what was lost, guessed or repaired. */

/** Reports one warning. */
export type Warn = (message: string) => void;

const PLURALS: Readonly<Record<string, string>> = { mesh: 'meshes' };

/** Maximum warnings of one kind that are listed individually. */
const TOLD = 3;

/**
 * Groups warnings of many items with the same text: `material A: metal …`, `material B: metal …` and 1,028 more become `materials
 * A, B, C and 1,027 more: metal …`. Text in quotation marks is ignored in the comparison.
 */
export function groupWarnings(warnings: readonly string[]): string[] {
  const groups = new Map<string, { kind: string; names: string[]; text: string; all: string[] }>();
  for (const warning of new Set(warnings)) {
    const [, kind, name, text] = /^(material|mesh|animation|image|node|picture) (.*?): (.*)$/s.exec(warning) ?? [];
    const key = kind === undefined ? warning : `${kind}\n${text.replace(/'[^']*'|"[^"]*"|\b\d+\b/g, '…')}`;
    const group = groups.get(key);
    if (group) {
      group.names.push(name ?? '');
      group.all.push(warning);
    } else groups.set(key, { kind: kind ?? '', names: [name ?? ''], text: text ?? warning, all: [warning] });
  }
  return [...groups.values()].flatMap(({ kind, names, text, all }) =>
    all.length <= TOLD || kind === ''
      ? all
      : [
          `${PLURALS[kind] ?? `${kind}s`} ${names.slice(0, TOLD).join(', ')} and ${(names.length - TOLD).toLocaleString('en')} more: ${text}`,
        ],
  );
}
