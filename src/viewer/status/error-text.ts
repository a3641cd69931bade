import { FormatError, LoadError } from '../../core/errors.ts';
import { ContextError } from '../../render/gl/context.ts';
import { TAKEN_AWAY } from '../element/context-watch.ts';

/** What to tell a visitor: what happened and what may help, in words; a detail for who made the page, the rest is in the error itself. */
export function errorText(error: unknown): { readonly title: string; readonly text: string } {
  if (error instanceof ContextError) {
    if (error.reason === TAKEN_AWAY)
      return {
        title: 'The picture was taken away',
        text: 'The page shows more 3D than this browser can draw, or its driver stopped.',
      };
    return {
      title: 'This browser shows no 3D here',
      text: 'WebGL is switched off or not available. Another browser, or hardware acceleration switched on in this one, may help.',
    };
  }
  const title = 'The room did not open';
  if (error instanceof LoadError) {
    if (error.failure === 'offline') return { title, text: 'There is no network. Try again when you are connected.' };
    if (error.status === 404 || error.status === 410)
      return { title, text: `There is no room at this address (HTTP ${error.status}).` };
    if (error.status !== undefined) return { title, text: `The server answered with an error (HTTP ${error.status}).` };
    return { title, text: error.failure === 'transient' ? 'The server could not be reached.' : sentence(error.reason) };
  }
  if (error instanceof FormatError && error.at === 'src')
    return { title, text: 'The page does not say which: its src is blank.' };
  if (error instanceof FormatError) {
    const where = error.at === undefined ? '' : `, at ${error.at}`;
    return { title, text: `What is at this address is not a room (${error.reason}${where}).` };
  }
  return { title, text: sentence(reason(error)) };
}

/** `sentence('not a URL') // 'Not a URL.'` */
function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}

/** One line for lists of failures: the message of an error, or whatever was thrown. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
