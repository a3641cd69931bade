/** Removes invalid fields of a glTF where the model can be drawn without them. */
import type { BaseIssue } from 'valibot';
import { quote } from '../../../../core/errors.ts';
import type { Warn } from '../../../report/warnings.ts';

/** Lists whose items may lose a field. Meshes and accessors may lose their name alone: another wrong field means a wrong shape. */
const MENDABLE = new Set(['materials', 'textures', 'images', 'samplers', 'scenes', 'nodes', 'skins']);

/**
 * Removes the field that an issue names, or the parent of a missing field. A colour without alpha becomes opaque. Changes the document.
 *
 * @returns false where the model needs the field.
 */
export function leaveOut(issue: BaseIssue<unknown>, warn: Warn): boolean {
  const path = issue.path ?? [];
  const isName = path.length === 3 && path[2].key === 'name';
  if (path.length < 3 || !(isName || MENDABLE.has(String(path[0]?.key)))) return false;
  // An invalid number in a list makes the list invalid. A missing field makes its parent invalid.
  let last = path.length - 1;
  if (issue.input === undefined) last--;
  while (last >= 2 && Array.isArray(path[last].input)) last--;
  if (last < 2) return false;
  const owner = path[last].input as Record<string, unknown>;
  const key = String(path[last].key);
  if (!Object.hasOwn(owner, key)) return false;
  const value = owner[key];
  const place = path
    .slice(0, last + 1)
    .map(p => (typeof p.key === 'number' ? `[${p.key}]` : `.${String(p.key)}`))
    .join('')
    .slice(1);
  if (/^(baseColor|diffuse)Factor$/.test(key) && Array.isArray(value) && value.length === 3) {
    warn(`${place} has three numbers; opaque`);
    owner[key] = [...value, 1];
    return true;
  }
  warn(`${place} is ${quote(value)}, which glTF does not allow; left out`);
  delete owner[key];
  return true;
}
