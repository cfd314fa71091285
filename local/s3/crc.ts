// Node.js has no CRC but crc32, and that only since 20.15; one bitwise table serves the three that S3 knows.

const CRC32 = makeTable32(0xedb88320);
const CRC32C = makeTable32(0x82f63b78);
const CRC64NVME = makeTable64(0x9a6c9329ac4bc9b5n);

/** Big-endian bytes of the checksum, as S3 encodes them. */
export function crc32(data: Buffer): Buffer {
  return digest32(CRC32, data);
}

export function crc32c(data: Buffer): Buffer {
  return digest32(CRC32C, data);
}

export function crc64nvme(data: Buffer): Buffer {
  const [highTable, lowTable] = CRC64NVME;
  // Two halves, because a BigInt for each byte would take seconds for a megabyte.
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of data) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ lowTable[index];
    high = (high >>> 8) ^ highTable[index];
  }
  const result = Buffer.alloc(8);
  result.writeUInt32BE(~high >>> 0, 0);
  result.writeUInt32BE(~low >>> 0, 4);
  return result;
}

function digest32(table: Uint32Array, data: Buffer): Buffer {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff];
  const result = Buffer.alloc(4);
  result.writeUInt32BE(~crc >>> 0);
  return result;
}

/** @param polynomial bits reversed */
function makeTable32(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let crc = index;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
}

/** The upper and the lower halves of the table's entries. */
function makeTable64(polynomial: bigint): [Uint32Array, Uint32Array] {
  const entries = Array.from({ length: 256 }, (_, index) => {
    let crc = BigInt(index);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
    return crc;
  });
  return [
    Uint32Array.from(entries, (entry) => Number(entry >> 32n)),
    Uint32Array.from(entries, (entry) => Number(entry & 0xffffffffn)),
  ];
}
