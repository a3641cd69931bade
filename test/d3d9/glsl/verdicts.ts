import { readFileSync } from 'node:fs';
import type { Stage } from '../../../src/d3d9/index.ts';

/** A small shader and ANGLE's verdict on it. */
export interface Verdict {
  readonly stage: Stage;
  readonly source: string;
  /** The part of the source that differs between shaders. */
  readonly between: string;
  /** The line and text of ANGLE's first error, undefined where it accepts the shader. Line 0 means an error without a line. */
  readonly angle: { readonly line: number; readonly text: string } | undefined;
}

interface Group {
  readonly stage: Stage;
  readonly before: string;
  readonly after: string;
  /** The text between `before` and `after`, and ANGLE's first error: `line: 'token' : reason`, or nothing. */
  readonly verdicts: Readonly<Record<string, string>>;
}

/**
 * Shaders of our own, compiled by ANGLE in Chromium 156 (WebGL 1; OES_standard_derivatives, EXT_shader_texture_lod, EXT_frag_depth and
 * WEBGL_draw_buffers enabled), one rule or one way to break it each.
 */
export function angleVerdicts(): Verdict[] {
  const groups = JSON.parse(readFileSync(new URL('./verdicts.json', import.meta.url), 'utf8')) as Group[];
  return groups.flatMap(({ stage, before, after, verdicts }) =>
    Object.entries(verdicts).map(([between, verdict]): Verdict => {
      const [, line, text] = /^(-?\d+): (.*)$/s.exec(verdict) ?? [];
      const source = before + between + after;
      return { stage, source, between, angle: verdict ? { line: Math.max(0, Number(line)), text } : undefined };
    }),
  );
}
