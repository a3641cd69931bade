import { FormatError, LoadError } from '../../core/errors.ts';
import { parseUrl } from '../../core/parse-url.ts';
import { ContextError } from '../../render/gl/context.ts';
import { TAKEN_AWAY } from '../stage/context-watch.ts';
import type { ViewerString } from '../strings/viewer/english.ts';
import { viewerStrings } from '../strings/viewer/table.ts';
import type { Words } from '../strings/words.ts';
import { NothingLoadedError } from '../visit/nothing-loaded.ts';

/** Describes an error to a visitor: what happened and what may help, and a detail for the developer of the page. */
export function errorText(error: unknown, words: Pick<Words, 'text'>): { readonly title: string; readonly text: string } {
  const say = (name: ViewerString, values?: Readonly<Record<string, string | number>>) => words.text(viewerStrings, name, values);
  if (error instanceof ContextError) {
    const name = error.reason === TAKEN_AWAY ? 'error.taken-away' : 'error.no-webgl';
    return { title: say(name), text: say(`${name}.help`) };
  }
  return { title: say('error.room'), text: whyNot(error, say) };
}

function whyNot(error: unknown, say: (name: ViewerString, values?: Readonly<Record<string, string | number>>) => string): string {
  if (error instanceof NothingLoadedError) {
    const host = parseUrl(error.url)?.host ?? error.url;
    return say(`error.nothing.${error.likely}`, { host, status: error.status ?? '', reason: reason(error.cause) });
  }
  if (error instanceof LoadError) {
    const { status, failure } = error;
    if (failure === 'offline') return say('error.offline');
    if (status === 404 || status === 410) return say('error.not-found', { status });
    if (status !== undefined) return say('error.server', { status });
    return failure === 'transient' ? say('error.unreachable') : sentence(error.reason);
  }
  if (error instanceof FormatError) {
    const { at } = error;
    if (at === 'src') return say('error.blank');
    if (at === undefined) return say('error.not-a-room', { reason: error.reason });
    return say('error.not-a-room.at', { reason: error.reason, at });
  }
  return sentence(reason(error));
}

/** `sentence('not a URL') // 'Not a URL.'` */
function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}

/** Returns one line for lists of failures: the message of an error, or the thrown value. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
