/**
 * Decompresses MS-XCA plain LZ77 (`COMPRESSION_FORMAT_XPRESS` without Huffman), the format of compressed ETL buffers
 * (etl-format.md, section 1; the algorithm is published in [MS-XCA] 2.4).
 *
 * Reads `input[inputStart, inputEnd)`, writes at most `outputEnd - outputStart` bytes into `output` from `outputStart` and
 * never outside of it, whatever the stream claims. Returns the position after the last byte written. A stream that refers to bytes
 * before its own start, or that ends in the middle of a token, is damaged: what came before is kept and `damagedAt`
 * is the input position of the fault (else -1).
 */
export function decompressXpress(
  input: Uint8Array,
  inputStart: number,
  inputEnd: number,
  output: Uint8Array,
  outputStart: number,
  outputEnd: number,
): { end: number; damagedAt: number } {
  let source = inputStart;
  let target = outputStart;
  let flags = 0;
  let flagBits = 0;
  // Position of a length byte whose high nibble the next long match will take, -1 where there is none.
  let nibbleAt = -1;

  while (target < outputEnd) {
    if (flagBits === 0) {
      if (source === inputEnd) break;
      if (source + 4 > inputEnd) return { end: target, damagedAt: source };
      flags = input[source] | (input[source + 1] << 8) | (input[source + 2] << 16) | (input[source + 3] << 24);
      source += 4;
      flagBits = 32;
    }
    flagBits--;
    if (((flags >>> flagBits) & 1) === 0) {
      if (source === inputEnd) break;
      output[target++] = input[source++];
      continue;
    }

    if (source === inputEnd) break;
    const tokenAt = source;
    if (source + 2 > inputEnd) return { end: target, damagedAt: tokenAt };
    const token = input[source] | (input[source + 1] << 8);
    source += 2;
    const distance = (token >> 3) + 1;
    let length = token & 7;
    if (length === 7) {
      if (nibbleAt < 0) {
        if (source >= inputEnd) return { end: target, damagedAt: tokenAt };
        nibbleAt = source;
        length = input[source++] & 15;
      } else {
        length = input[nibbleAt] >> 4;
        nibbleAt = -1;
      }
      if (length === 15) {
        if (source >= inputEnd) return { end: target, damagedAt: tokenAt };
        length = input[source++];
        if (length === 255) {
          if (source + 2 > inputEnd) return { end: target, damagedAt: tokenAt };
          length = input[source] | (input[source + 1] << 8);
          source += 2;
          if (length === 0) {
            if (source + 4 > inputEnd) return { end: target, damagedAt: tokenAt };
            length =
              (input[source] | (input[source + 1] << 8) | (input[source + 2] << 16) | (input[source + 3] << 24)) >>> 0;
            source += 4;
          }
          if (length < 22) return { end: target, damagedAt: tokenAt };
          length -= 22;
        }
        length += 15;
      }
      length += 7;
    }
    length += 3;

    let from = target - distance;
    if (from < outputStart) return { end: target, damagedAt: tokenAt };
    const stop = length > outputEnd - target ? outputEnd : target + length;
    // Byte by byte on purpose: source and target may overlap, which is how runs are encoded.
    while (target < stop) output[target++] = output[from++];
  }
  return { end: target, damagedAt: -1 };
}
