/** A line of a prepared shader, and the row of the given source that it comes from: from 1, or 0 where it was added. */
export interface Row {
  readonly text: string;
  readonly row: number;
}

/** The lines of a source with their own rows. */
export const rowsOf = (source: string): Row[] => source.split(/\r\n?|\n/).map((text, i) => ({ text, row: i + 1 }));

/** Lines that were not in the given source. */
export const addedRows = (text: string): Row[] => text.split('\n').map(line => ({ text: line, row: 0 }));
