import { readShader } from '../../../src/d3d9/glsl/read-shader.ts';
import { Work } from '../../../src/d3d9/work-budget.ts';
import type { Verdict } from './verdicts.ts';

interface Row {
  readonly angle: string;
  readonly foyer: string;
  readonly example: string;
  count: number;
}

/** Removes names and numbers, so that the same error about another name is the same row. */
const kindOf = (text: string): string =>
  text
    .replace(/^'[\s\S]*?' : /, '')
    .replace(/'[^']*'/g, '…')
    .replace(/\d+/g, 'N')
    .trim();

/** Returns Foyer's message for a shader. */
function messageOf({ source, stage }: Verdict): string {
  try {
    readShader(source, stage, new Work());
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Returns the part of a shader that its error refers to. */
function exampleOf({ between }: Verdict): string {
  return between.replace(/precision mediump float;\s*|\s*void main\(\) \{ gl_FragColor = vec4\(1\.0\); \}/g, '').trim();
}

const LONGEST = 90;
const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
const code = (text: string): string => `\`${cut(text.replace(/\s+/g, ' ')).replaceAll('`', "'").replaceAll('|', '\\|')}\``;

/** Returns a Markdown table of ANGLE's error kinds for our shaders, with Foyer's message and the shortest example of each. */
export function diagnosticsTable(verdicts: readonly Verdict[]): string {
  const rows = new Map<string, Row>();
  for (const v of verdicts) {
    if (!v.angle) continue;
    const kind = kindOf(v.angle.text);
    const example = exampleOf(v);
    const known = rows.get(kind);
    const count = (known?.count ?? 0) + 1;
    if (example && (!known || example.length < known.example.length))
      rows.set(kind, { angle: kind, foyer: messageOf(v), example, count });
    else if (known) known.count = count;
  }
  const sorted = [...rows.values()].sort((a, b) => b.count - a.count || (a.angle < b.angle ? -1 : 1));
  const refused = verdicts.filter(v => v.angle).length;
  return `# What ANGLE says, and what Foyer says

ANGLE in Chromium 156 compiled ${verdicts.length} small shaders of ours and refused ${refused} of them. Foyer refuses the same ones, at the same lines.
The table lists each kind of error, the number of shaders with it, and the shortest of those. \`npm run test:diagnostics\` writes this file.

| ANGLE | shaders | example | Foyer |
|---|--:|---|---|
${sorted.map(r => `| ${code(r.angle)} | ${r.count} | ${code(r.example)} | ${code(r.foyer)} |`).join('\n')}
`;
}
