/** Protobuf by hand, independent of the code under test: for bytes that no proper encoder writes. */

/** `value` as a varint; a negative one as 64-bit two's complement. */
export function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

/** An integer field. */
export function int(field: number, value: number | bigint): number[] {
  return [...varint(field * 8), ...varint(value)];
}

/** A length-delimited field: a message, packed integers, or, from a string, its UTF-8. */
export function message(field: number, ...parts: (number[] | string)[]): number[] {
  const body = parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part));
  return [...varint(field * 8 + 2), ...varint(body.length), ...body];
}

/** A string table; the empty string is put first. */
export function strings(...texts: string[]): number[] {
  return ['', ...texts].flatMap((text) => message(6, text));
}

export function bytes(...parts: number[][]): Uint8Array {
  return Uint8Array.from(parts.flat());
}
