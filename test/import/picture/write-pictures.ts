/** Small pictures of 4 x 3 pixels, made byte by byte. Pixel (x, y), counted from the top left, is `rgb(x, y)`. */
export const WIDTH = 4;
export const HEIGHT = 3;
/** Two colours in each row, so that runs are worth something. */
export const rgb = (x: number, y: number): [number, number, number] => (x < 2 ? [200, 8, 16 * y] : [0, 248, 16 * y]);

export interface TgaForm {
  /** 1 mapped, 2 true colour, 3 gray; 8 more: run-length. */
  readonly type: number;
  readonly bits: number;
  readonly topDown?: boolean;
}

export function tga({ type, bits, topDown = false }: TgaForm): Uint8Array {
  const mapped = (type & 7) === 1;
  const palette = [0, 1, 2].flatMap(y => [rgb(0, y), rgb(2, y)]);
  const header = [0, mapped ? 1 : 0, type, 0, 0, mapped ? palette.length : 0, 0, mapped ? 24 : 0, 0, 0, 0, 0];
  const bytes = [...header, WIDTH, 0, HEIGHT, 0, bits, (topDown ? 0x20 : 0) | (bits === 32 ? 8 : 0)];
  if (mapped) bytes.push(...palette.flatMap(([r, g, b]) => [b, g, r]));
  const pixel = (x: number, y: number): number[] => {
    const [r, g, b] = rgb(x, y);
    if (mapped) return [2 * y + (x < 2 ? 0 : 1)];
    if ((type & 7) === 3) return [r];
    if (bits === 16) return [((b >> 3) | ((g >> 3) << 5)) & 255, (((g >> 3) << 5) >> 8) | ((r >> 3) << 2)];
    return bits === 32 ? [b, g, r, x === 0 ? 0 : 255] : [b, g, r];
  };
  for (let row = 0; row < HEIGHT; row++) {
    const y = topDown ? row : HEIGHT - 1 - row;
    // One run of 1, one packet of 1 as it is, one run of 2.
    if (type >= 8) bytes.push(0x80, ...pixel(0, y), 0, ...pixel(1, y), 0x81, ...pixel(2, y));
    else for (let x = 0; x < WIDTH; x++) bytes.push(...pixel(x, y));
  }
  return Uint8Array.from(bytes);
}

export function bmp(bits: 8 | 24, topDown = false): Uint8Array {
  const palette = bits === 8 ? [0, 1, 2].flatMap(y => [rgb(0, y), rgb(2, y)]) : [];
  const u32 = (v: number) => [v & 255, (v >> 8) & 255, (v >> 16) & 255, (v >> 24) & 255];
  const pixelsAt = 54 + 4 * palette.length;
  const rows: number[] = [];
  for (let row = 0; row < HEIGHT; row++) {
    const y = topDown ? row : HEIGHT - 1 - row;
    for (let x = 0; x < WIDTH; x++) rows.push(...(bits === 8 ? [2 * y + (x < 2 ? 0 : 1)] : rgb(x, y).reverse()));
  }
  const info = [
    ...u32(40),
    ...u32(WIDTH),
    ...u32(topDown ? -HEIGHT : HEIGHT),
    1,
    0,
    bits,
    0,
    ...u32(0),
    ...u32(0),
    ...u32(0),
    ...u32(0),
  ];
  return Uint8Array.from([
    ...[0x42, 0x4d, ...u32(pixelsAt + rows.length), ...u32(0), ...u32(pixelsAt)],
    ...[...info, ...u32(palette.length), ...u32(0)],
    ...palette.flatMap(([r, g, b]) => [b, g, r, 0]),
    ...rows,
  ]);
}
