import type { Row } from './report.ts';

/**
 * The ratios alone, a line a link, a column a contestant, as Markdown: `1.02 / 1.00` is time to interactive and to full quality over
 * the lower bound. `*`: the bound is the machine's.
 */
export function overview(list: readonly Row[]): string {
  const names = [...new Set(list.map(row => row.contestant))];
  const links = [...new Set(list.map(row => `${row.profile} ${row.protocol}`))];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = links.map(link => {
    const here = list.filter(row => `${row.profile} ${row.protocol}` === link);
    const cells = names.map(name => {
      const row = here.find(r => r.contestant === name);
      return row ? `${row.interactiveRatio.toFixed(2)} / ${row.completeRatio.toFixed(2)}` : '';
    });
    const [{ interactiveMs, interactiveRatio, completeMs, completeRatio }] = here;
    const bound = `${(interactiveMs / interactiveRatio).toFixed(0)} / ${(completeMs / completeRatio).toFixed(0)}`;
    return line([`${link}${here.some(row => row.machineBound) ? ' *' : ''}`, bound, ...cells]);
  });
  const heads = ['link', 'bound, ms', ...names];
  return [line(heads), line(heads.map(() => '---')), ...lines].join('\n');
}
