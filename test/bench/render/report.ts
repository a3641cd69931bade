export interface Row {
  readonly contestant: string;
  readonly avatars: number;
  /** Finished frames a second at 1280 x 720, and at 64 x 36 (vertices alone). */
  readonly fps: number;
  readonly fpsSmall: number;
  /** Time of a frame that looks into an empty corner, as a share of the full view's. */
  readonly cornerShare: number;
  /** JavaScript of a frame with draw calls that do nothing. */
  readonly scriptMs: number;
  readonly garbageKB: number;
  readonly drawCalls: number;
  readonly triangles: number;
  /** Structural similarity to our own full detail. */
  readonly similarity: number | undefined;
}

/** A table a crowd size; ratios are to three tuned by hand. */
export function report(rows: readonly Row[], machine: string): string {
  const out = [machine];
  for (const avatars of new Set(rows.map(r => r.avatars))) {
    const group = rows.filter(r => r.avatars === avatars);
    const tuned = group.find(r => r.contestant === 'three tuned');
    out.push(
      '',
      `### ${avatars} avatars, 60 furnishings`,
      '| | frames / s 1280 x 720 | / three tuned | frames / s 64 x 36 | empty corner % | JavaScript ms | garbage KB | draw calls | triangles | similarity |',
      '|---|---|---|---|---|---|---|---|---|---|',
      ...group.map(r => {
        const ratio = tuned ? (r.fps / tuned.fps).toFixed(2) : '';
        const alike = r.similarity === undefined ? '' : r.similarity.toFixed(4);
        return `| ${[r.contestant, r.fps.toFixed(2), ratio, r.fpsSmall.toFixed(2), (r.cornerShare * 100).toFixed(0), r.scriptMs.toFixed(2), r.garbageKB.toFixed(1), r.drawCalls, Math.round(r.triangles), alike].join(' | ')} |`;
      }),
    );
  }
  return out.join('\n');
}
