import type { Row } from './report.ts';

/**
 * The ratios alone, a line a link, a column a contestant, as Markdown: `1.02 / 1.00` is time to interactive and to full quality over
 * the lower bound; `1.02 / 1.31 (1.01)` where no loader that is interactive at its bound can be complete at the bound of that: over
 * what such a loader can reach (`criticalFirstMs`). `*`: the bound is the machine's.
 */
export function overview(list: readonly Row[]): string {
  const names = [...new Set(list.map(row => row.contestant))];
  const links = [...new Set(list.map(row => `${row.profile} ${row.protocol}`))];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = links.map(link => {
    const here = list.filter(row => `${row.profile} ${row.protocol}` === link);
    const [{ interactiveMs, interactiveRatio, completeMs, completeRatio, criticalFirstRatio }] = here;
    const apart = completeRatio > 1.005 * criticalFirstRatio;
    const cell = (digits: number, interactive: number, complete: number, criticalFirst: number) =>
      `${interactive.toFixed(digits)} / ${complete.toFixed(digits)}${apart ? ` (${criticalFirst.toFixed(digits)})` : ''}`;
    const cells = names.map(name => {
      const row = here.find(r => r.contestant === name);
      return row ? cell(2, row.interactiveRatio, row.completeRatio, row.criticalFirstRatio) : '';
    });
    const bound = cell(0, interactiveMs / interactiveRatio, completeMs / completeRatio, completeMs / criticalFirstRatio);
    return line([`${link}${here.some(row => row.machineBound) ? ' *' : ''}`, bound, ...cells]);
  });
  const heads = ['link', 'bound, ms', ...names];
  return [line(heads), line(heads.map(() => '---')), ...lines].join('\n');
}
