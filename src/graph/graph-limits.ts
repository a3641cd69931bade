/** Limits of what the client of documents accepts from servers, which are not trusted. */
export interface GraphLimits {
  /** Bytes of one response. */
  readonly responseBytes: number;
  /** Documents held at a time. */
  readonly documents: number;
  /** Responses requested in all. In a live room, since the client last started over. */
  readonly responses: number;
  /** Pages of one group. */
  readonly pages: number;
  /** Members of one group. */
  readonly members: number;
}

export const defaultLimits: GraphLimits = {
  responseBytes: 32 << 20,
  documents: 100_000,
  responses: 10_000,
  pages: 1000,
  members: 20_000,
};
