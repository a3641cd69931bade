/** Makes text safe for a terminal. */

/** Removes control characters: names in a model are untrusted and could control the terminal. */
export const printable = (text: string): string => text.replace(CONTROL, '\ufffd');

/** The same in one line. A file's name may have line breaks, and a message would become two. */
export const oneLine = (text: string): string => printable(text).replace(/[\n\u2028\u2029]+ */g, ' ');

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for; line ends and tabs stay.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
