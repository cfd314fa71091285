import { describe, expect, it } from 'vitest';
import { crc32, crc32c, crc64nvme } from '../../../local/s3/crc';

// Check values of the catalogue of parametrised CRC algorithms (reveng.sourceforge.io).
describe.each([
  ['crc32', crc32, 'cbf43926', '00000000'],
  ['crc32c', crc32c, 'e3069283', '00000000'],
  ['crc64nvme', crc64nvme, 'ae8b14860a799888', '0000000000000000'],
])('%s', (_, crc, check, empty) => {
  it('gives the check value of its catalogue entry', () => {
    expect(crc(Buffer.from('123456789')).toString('hex')).toBe(check);
  });

  it('is zero for nothing', () => {
    expect(crc(Buffer.alloc(0)).toString('hex')).toBe(empty);
  });
});
