/**
 * Writes dist/custom-elements.json, which editors and catalogues of components read (custom-elements-manifest, schema 2.1.0): what
 * docs/viewer.md says of the element, and nothing that it does not say.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const text = readFileSync(join(root, 'docs/viewer.md'), 'utf8');

/** Rows of the first table under a heading: the cells, without the marks of code. */
function rowsUnder(heading: string): string[][] {
  const start = text.indexOf(`\n## ${heading}\n`);
  if (start < 0) throw new Error(`docs/viewer.md has no heading "${heading}"`);
  const lines = text.slice(start).split('\n');
  const first = lines.findIndex(line => line.startsWith('|'));
  const rows: string[][] = [];
  for (const line of lines.slice(first + 2)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    );
  }
  return rows;
}

const plain = (cell: string): string => cell.replaceAll('`', '');
/** `plain('`src`, `alt`')` as two names. */
const namesIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

const attributes = rowsUnder('Attributes').flatMap(([names, meaning]) =>
  namesIn(names).map(name => ({ name, description: plain(meaning) })),
);
const events = rowsUnder('Events').map(([name, detail, when]) => ({
  name: plain(name),
  type: { text: 'CustomEvent' },
  description: plain([detail, when].filter(Boolean).join(': ')),
}));
const members = rowsUnder('Properties and methods').flatMap(([names, meaning]) =>
  namesIn(names)
    .filter(name => /^[a-z]/.test(name))
    .map(name => ({
      kind: name.includes('(') ? 'method' : 'field',
      name: name.replace(/\(.*/, ''),
      description: plain(meaning),
    })),
);
const parts = /Parts for `::part\(\)`: ([^.]+)\./.exec(text)?.[1] ?? '';
const colours = /Colours: ([^.]+)\./.exec(text)?.[1] ?? '';

const declaration = {
  kind: 'class',
  customElement: true,
  name: 'RoomViewer',
  tagName: 'room-viewer',
  description: 'A room in 3D, streamed and drawn.',
  superclass: { name: 'HTMLElement' },
  attributes,
  events,
  members,
  cssParts: namesIn(parts).map(name => ({ name })),
  cssProperties: namesIn(colours).map(name => ({ name })),
};
const path = 'lib/foyer.js';
const manifest = {
  schemaVersion: '2.1.0',
  readme: 'docs/viewer.md',
  modules: [
    {
      kind: 'javascript-module',
      path,
      declarations: [declaration],
      exports: [
        { kind: 'js', name: 'RoomViewer', declaration: { name: 'RoomViewer', module: path } },
        { kind: 'custom-element-definition', name: 'room-viewer', declaration: { name: 'RoomViewer', module: path } },
      ],
    },
  ],
};
mkdirSync(join(root, 'dist'), { recursive: true });
writeFileSync(join(root, 'dist/custom-elements.json'), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`custom-elements.json: ${attributes.length} attributes, ${events.length} events, ${members.length} members`);
