import { deflateSync, inflateSync } from 'node:zlib';

/** Pixels of a PNG as browsers write screenshots: 8 bits a channel, RGB or RGBA, not interlaced. Throws where it is another. */
export interface Picture {
  width: number;
  height: number;
  /** 3 or 4, RGB or RGBA */
  channels: number;
  /** rows from the top, without padding */
  pixels: Uint8Array;
}

const SIGNATURE = '89504e470d0a1a0a';

/** PNG, second edition (ISO/IEC 15948), sections 5, 9 and 10. */
export function decodePng(bytes: Buffer): Picture {
  if (bytes.subarray(0, 8).toString('hex') !== SIGNATURE) throw new Error('This is no PNG.');
  const data: Buffer[] = [];
  let header: Buffer | null = null;
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = body;
    else if (type === 'IDAT') data.push(body);
    at += 12 + length;
  }
  if (header === null) throw new Error('This PNG has no header.');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, color, , , interlace] = header.subarray(8);
  const channels = color === 6 ? 4 : 3;
  if (depth !== 8 || (color !== 2 && color !== 6) || interlace !== 0)
    throw new Error(`This PNG is of a kind that is not read here: ${depth} bits, colour type ${color}.`);
  return {
    width,
    height,
    channels,
    pixels: unfilter(inflateSync(Buffer.concat(data)), width * channels, height, channels),
  };
}

/** Every row begins with the number of its filter, and is told by differences to its neighbours left and above. */
function unfilter(rows: Buffer, stride: number, height: number, channels: number): Uint8Array {
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)];
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    for (let x = 0; x < stride; x++) {
      const left = x < channels ? 0 : pixels[to + x - channels];
      const above = y === 0 ? 0 : pixels[to + x - stride];
      const corner = x < channels || y === 0 ? 0 : pixels[to + x - stride - channels];
      pixels[to + x] = rows[from + x] + predicted(filter, left, above, corner);
    }
  }
  return pixels;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  // Paeth: the neighbour that is nearest to left + above - corner.
  const [toLeft, toAbove, toCorner] = [above - corner, left - corner, left + above - 2 * corner].map(Math.abs);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

const MOST_COLORS = 256;

/**
 * A picture as a small PNG, for documents: with a palette of its most frequent colours, every other one as the nearest of these. A
 * window has few colours but the shades at the edges of its letters, so that nobody sees it.
 */
export function encodePng(picture: Picture): Buffer {
  const { width, height } = picture;
  const colors = frequentColors(picture);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits, palette
  header.set([8, 3, 0, 0, 0], 8);
  const palette = Buffer.from(colors.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]));
  const rows = deflateSync(indexed(picture, colors), { level: 9, memLevel: 9 });
  return Buffer.concat([
    Buffer.from(SIGNATURE, 'hex'),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function colorAt({ pixels, channels }: Picture, pixel: number): number {
  const at = pixel * channels;
  return (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
}

function frequentColors(picture: Picture): number[] {
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < picture.width * picture.height; pixel++) {
    const color = colorAt(picture, pixel);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  return sorted.slice(0, MOST_COLORS).map(([color]) => color);
}

/** Rows of places in the palette, each after a 0: not filtered, as neighbours in the palette are no neighbours in colour. */
function indexed(picture: Picture, colors: readonly number[]): Buffer {
  const { width, height } = picture;
  const places = new Map(colors.map((color, index) => [color, index]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = colorAt(picture, y * width + x);
      let place = places.get(color);
      if (place === undefined) places.set(color, (place = nearest(color, colors)));
      rows[y * (width + 1) + 1 + x] = place;
    }
  }
  return rows;
}

function nearest(color: number, colors: readonly number[]): number {
  let best = 0;
  let least = Infinity;
  colors.forEach((other, index) => {
    let distance = 0;
    for (const shift of [16, 8, 0]) distance += (((color >> shift) & 255) - ((other >> shift) & 255)) ** 2;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(body.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crcOf(named), named.length + 4);
  return whole;
}

/** CRC-32 of the PNG specification, annex D. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
