import type { LoggedDownload } from '../../net/queue/download-log.ts';
import type { ResourceState } from '../../room/resources/resource-state.ts';
import type { RoomResource } from '../../room/resources/room-resource.ts';
import { adoptStyles } from '../element/adopt-styles.ts';
import { inspectorStrings } from '../strings/inspector/table.ts';
import type { Words } from '../strings/words.ts';
import css from './inspector.css?inline';
import { InspectorRows } from './inspector-rows.ts';
import { type InspectedResources, summary } from './inspector-summary.ts';

const REFRESH_MS = 250;

/** What the inspector looks at; read anew with every refresh, so that a change of rooms does no harm. */
export interface Inspected {
  readonly resources: InspectedResources & {
    readonly queue: { readonly log: { readonly entries: readonly LoggedDownload[] }; readonly now: number };
  };
  readonly session: { readonly resources: Iterable<RoomResource>; readonly heldBack: number } | undefined;
}

/**
 * A live waterfall of what the queue brings: one row a resource, in the order of the requests, thin while it waits, coloured by class
 * while it comes; above it the way, decoding and uploads, and memory. Escape or `I` in it, and its button, close it.
 *
 * @param root - the parent of the panel.
 * @param inspect - undefined once there is nothing to look at.
 * @param onClose - it was closed from inside.
 * @returns closes it.
 */
export function openInspector(
  root: ShadowRoot,
  words: Words,
  inspect: () => Inspected | undefined,
  onClose: () => void,
): () => void {
  adoptStyles(root, css);
  const panel = document.createElement('section');
  panel.className = 'inspector';
  const header = document.createElement('header');
  const figures = document.createElement('pre');
  // It scrolls where the panel is narrow: the keyboard must reach it.
  figures.tabIndex = 0;
  figures.setAttribute('role', 'region');
  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = '×';
  close.addEventListener('click', onClose);
  header.append(figures, close);
  const rows = new InspectorRows(words);
  panel.append(header, rows.element);
  panel.addEventListener('keydown', event => {
    const closes = event.code === 'Escape' || (event.code === 'KeyI' && !event.ctrlKey && !event.metaKey && !event.altKey);
    if (closes) onClose();
  });
  root.append(panel);
  const refresh = () => {
    const inspected = inspect();
    if (!inspected) return;
    const { resources, session } = inspected;
    figures.textContent = summary(resources, session?.heldBack ?? 0, words);
    const states = new Map<string, ResourceState>();
    for (const { info, state } of session?.resources ?? []) states.set(info.url, state);
    rows.update(resources.queue.log.entries, resources.queue.now, url => states.get(url));
  };
  const translate = () => {
    panel.lang = words.tag;
    panel.dir = words.direction;
    panel.setAttribute('aria-label', words.text(inspectorStrings, 'inspector'));
    close.setAttribute('aria-label', words.text(inspectorStrings, 'inspector.close'));
    figures.setAttribute('aria-label', words.text(inspectorStrings, 'inspector.figures'));
    rows.translate();
    refresh();
  };
  const stopListening = words.onChange(translate);
  translate();
  const timer = setInterval(refresh, REFRESH_MS);
  return () => {
    clearInterval(timer);
    stopListening();
    panel.remove();
  };
}
