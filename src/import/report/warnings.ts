/** Collects warnings of an import: what was lost, guessed or repaired. */
import { pluralOf } from '../../core/counted.ts';

/** Reports one warning. */
export type Warn = (message: string) => void;

/** Maximum warnings of one kind that are listed individually. */
const TOLD = 3;

/**
 * Groups warnings of many items with the same text: `material A: metal …`, `material B: metal …` and 1,028 more become `materials
 * A, B, C and 1,027 more: metal …`. Text in quotation marks is ignored in the comparison.
 */
export function groupWarnings(warnings: readonly string[]): string[] {
  const groups = new Map<string, { kind: string; names: string[]; text: string; all: string[] }>();
  for (const warning of new Set(warnings)) {
    const { kind, name, text, key } = parsed(warning);
    const group = groups.get(key);
    if (group) {
      group.names.push(name);
      group.all.push(warning);
    } else groups.set(key, { kind, names: [name], text, all: [warning] });
  }
  return [...groups.values()].flatMap(({ kind, names, text, all }) =>
    all.length <= TOLD || kind === ''
      ? all
      : [`${pluralOf(kind)} ${names.slice(0, TOLD).join(', ')} and ${(names.length - TOLD).toLocaleString('en')} more: ${text}`],
  );
}

/**
 * Returns the warnings of many models for a person. Those of one kind that more than three models have become one, with the first
 * model's text: `chair: material Oak: metal is drawn as a matt colour (and 54 more models likewise)`.
 */
export function warningsOfModels(models: Iterable<{ readonly name: string; readonly warnings: readonly string[] }>): string[] {
  const groups = new Map<string, { readonly lines: string[]; readonly models: Set<unknown> }>();
  for (const model of models)
    for (const warning of model.warnings) {
      const { key } = parsed(warning);
      const group = groups.get(key) ?? { lines: [], models: new Set() };
      groups.set(key, group);
      group.lines.push(`${model.name}: ${warning}`);
      group.models.add(model);
    }
  return [...groups.values()].flatMap(({ lines, models }) =>
    models.size <= TOLD ? lines : [`${lines[0]} (and ${(models.size - 1).toLocaleString('en')} more models likewise)`],
  );
}

/** Returns the parts of a warning. Those of one kind have one key, whatever items and values they name. */
function parsed(warning: string): { kind: string; name: string; text: string; key: string } {
  const [, kind = '', name = '', text = warning] =
    /^(material|mesh|animation|image|node|picture)(?:e?s)? (.*?): (.*)$/s.exec(warning) ?? [];
  // Numbers of things differ in warnings of one kind: `1 triangle is`, `2 triangles are`.
  const key = text.replace(/'[^']*'|"[^"]*"|\b\d+\b/g, '…').replace(/[a-z]+/gi, stemOf);
  return { kind, name, text, key: `${kind}\n${key}` };
}

/** Returns what a word and its plural have in common. */
const stemOf = (word: string): string => word.replace(/^are$/, 'is').replace(/ices$/, 'ex').replace(/e?s?$/, '');
