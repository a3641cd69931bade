import type { ServerContext } from './context.ts';

/** Open Graph tags of the page, so that a link to a room shows its picture in a chat. */

/** Width and height that most makers of previews expect. */
const SIZE = '1200x630';

/** @param room - the value of `?room=`. The first room by default. */
export function withPreview(html: string, context: ServerContext, room: string | undefined): string {
  const { addresses, documents } = context;
  const [first] = documents.nodes('room');
  const id = room === undefined ? first : addresses.toRef(room);
  const found = id?.startsWith('room/') ? documents.existing(id) : undefined;
  if (!found) return html;
  const name = String(found.data.name || 'A room');
  const [width, height] = SIZE.split('x');
  const tags = {
    'og:type': 'website',
    'og:site_name': 'Foyer',
    'og:title': name,
    'og:description': 'A room in 3D, streamed and drawn in your browser.',
    'og:url':
      room === undefined ? `${addresses.base}/` : `${addresses.base}/?room=${encodeURIComponent(addresses.document(found.id))}`,
    'og:image': `${addresses.snapshot(found.id)}?size=${SIZE}`,
    'og:image:width': width,
    'og:image:height': height,
    'og:image:alt': name,
  };
  const lines = Object.entries(tags).map(
    ([property, content]) => `<meta property="${property}" content="${escaped(content)}" />`,
  );
  const head = `${lines.join('\n')}\n<meta name="twitter:card" content="summary_large_image" />\n</head>`;
  // A function: names may have a `$&`, which a text for `replace` may not.
  return html.replace('</head>', () => head);
}

/** Escapes names, which editors wrote. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
