/** An sRGB colour, 0..255. Values outside are clamped when written. */
export type Rgb = readonly [number, number, number];

/** A picture to paint on: sRGB, straight alpha, first row at the top. */
export class Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.rgba = new Uint8Array(width * height * 4).fill(255);
  }

  /** Paints every pixel; u, v are at its middle. */
  fill(color: (u: number, v: number, x: number, y: number) => Rgb): this {
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) this.set(x, y, color((x + 0.5) / this.width, (y + 0.5) / this.height, x, y));
    }
    return this;
  }

  set(x: number, y: number, color: Rgb): void {
    const i = (y * this.width + x) * 4;
    for (let c = 0; c < 3; c++) this.rgba[i + c] = Math.max(0, Math.min(255, Math.round(color[c])));
  }

  get(x: number, y: number): Rgb {
    const i = (y * this.width + x) * 4;
    return [this.rgba[i], this.rgba[i + 1], this.rgba[i + 2]];
  }

  /**
   * Paints a shape given by its signed distance in pixels (negative inside), with an edge one pixel soft. `bounds` = [left, top,
   * right, bottom] in pixels limits the shape.
   */
  shape(
    bounds: readonly [number, number, number, number],
    distance: (x: number, y: number) => number,
    color: Rgb | ((x: number, y: number) => Rgb),
    { soft = 1, opacity = 1 } = {},
  ): this {
    const [left, top] = [Math.max(0, Math.floor(bounds[0])), Math.max(0, Math.floor(bounds[1]))];
    const [right, bottom] = [Math.min(this.width, Math.ceil(bounds[2])), Math.min(this.height, Math.ceil(bounds[3]))];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const cover = Math.max(0, Math.min(1, 0.5 - distance(x + 0.5, y + 0.5) / soft)) * opacity;
        if (cover <= 0) continue;
        const paint = typeof color === 'function' ? color(x, y) : color;
        this.set(x, y, blend(this.get(x, y), paint, cover));
      }
    }
    return this;
  }

  disc(cx: number, cy: number, radius: number, color: Rgb, options?: { soft?: number; opacity?: number }): this {
    return this.ellipse(cx, cy, radius, radius, color, options);
  }

  ellipse(cx: number, cy: number, rx: number, ry: number, color: Rgb, options: { soft?: number; opacity?: number } = {}): this {
    const pad = (options.soft ?? 1) + 1;
    return this.shape(
      [cx - rx - pad, cy - ry - pad, cx + rx + pad, cy + ry + pad],
      (x, y) => (Math.hypot((x - cx) / rx, (y - cy) / ry) - 1) * Math.min(rx, ry),
      color,
      options,
    );
  }

  rect(
    left: number,
    top: number,
    width: number,
    height: number,
    color: Rgb,
    options: { radius?: number; opacity?: number; soft?: number } = {},
  ): this {
    const { radius = 0 } = options;
    const [cx, cy] = [left + width / 2, top + height / 2];
    return this.shape(
      [left - 2, top - 2, left + width + 2, top + height + 2],
      (x, y) => {
        const dx = Math.abs(x - cx) - width / 2 + radius;
        const dy = Math.abs(y - cy) - height / 2 + radius;
        return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
      },
      color,
      options,
    );
  }

  /** Paints a line with round ends. */
  line(
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    width: number,
    color: Rgb,
    options: { soft?: number; opacity?: number } = {},
  ): this {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const length = dx * dx + dy * dy || 1;
    const pad = width + (options.soft ?? 1);
    return this.shape(
      [Math.min(x0, x1) - pad, Math.min(y0, y1) - pad, Math.max(x0, x1) + pad, Math.max(y0, y1) + pad],
      (x, y) => {
        const t = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / length));
        return Math.hypot(x - x0 - t * dx, y - y0 - t * dy) - width / 2;
      },
      color,
      options,
    );
  }

  /** Paints a curve through points. */
  stroke(
    points: readonly (readonly [number, number])[],
    width: number,
    color: Rgb,
    options?: { soft?: number; opacity?: number },
  ): this {
    for (let i = 1; i < points.length; i++) this.line(...points[i - 1], ...points[i], width, color, options);
    return this;
  }
}

export const blend = (a: Rgb, b: Rgb, t: number): Rgb => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
];
export const shade = (a: Rgb, k: number): Rgb => [a[0] * k, a[1] * k, a[2] * k];
export const rgb = (hex: number): Rgb => [(hex >> 16) & 255, (hex >> 8) & 255, hex & 255];
export const smoothstep = (low: number, high: number, x: number): number => {
  const t = Math.max(0, Math.min(1, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
};
/** Returns a color between stops: `ramp([[0, black], [1, white]], 0.5)` is grey. */
export function ramp(stops: readonly (readonly [number, Rgb])[], t: number): Rgb {
  for (let i = 1; i < stops.length; i++) {
    if (t <= stops[i][0]) {
      const [t0, a] = stops[i - 1];
      return blend(a, stops[i][1], Math.max(0, (t - t0) / (stops[i][0] - t0)));
    }
  }
  return stops[stops.length - 1][1];
}
