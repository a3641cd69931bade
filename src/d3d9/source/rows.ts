/** A line of a prepared shader and its row in the given source, from 1. The row is 0 for an added line. */
export interface Row {
  readonly text: string;
  readonly row: number;
}

/** Splits a source into lines with their own rows. */
export const rowsOf = (source: string): Row[] => source.split(/\r\n?|\n/).map((text, i) => ({ text, row: i + 1 }));

/** Makes lines that are not in the given source. */
export const addedRows = (text: string): Row[] => text.split('\n').map(line => ({ text: line, row: 0 }));
