import { describe, expect, it } from 'vitest';
import { Bucket } from '../../../local/s3/bucket';
import { type ListOptions, listPage } from '../../../local/s3/list-objects';

const KEYS = ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/1'];

function page(options: Partial<ListOptions> = {}) {
  return listPage(KEYS, { prefix: '', delimiter: '', after: '', maxKeys: 1000, ...options });
}

describe('listPage', () => {
  it('gives everything in one page that holds it', () => {
    expect(page()).toEqual({ keys: KEYS, commonPrefixes: [] });
    expect(page({ maxKeys: KEYS.length }).next).toBeUndefined();
  });

  it('rolls keys up to the delimiter', () => {
    expect(page({ delimiter: '/' })).toEqual({ keys: ['a', 'd'], commonPrefixes: ['b/', 'e/'] });
    expect(page({ delimiter: '/', prefix: 'b/' })).toEqual({ keys: ['b/1', 'b/2'], commonPrefixes: ['b/c/'] });
  });

  it('walks all pages without a gap or a repetition, common prefixes included', () => {
    const seen: string[] = [];
    let after = '';
    for (;;) {
      const { keys, commonPrefixes, next } = page({ delimiter: '/', maxKeys: 1, after });
      seen.push(...keys, ...commonPrefixes);
      if (next === undefined) break;
      after = next;
    }
    expect(seen).toEqual(['a', 'b/', 'd', 'e/']);
  });

  it('still rolls up what comes after a key within a common prefix', () => {
    expect(page({ delimiter: '/', after: 'b/1' })).toEqual({ keys: ['d'], commonPrefixes: ['b/', 'e/'] });
  });

  it('gives nothing, and no next page, when nothing is asked for', () => {
    expect(page({ maxKeys: 0 })).toEqual({ keys: [], commonPrefixes: [] });
  });
});

describe('Bucket', () => {
  it('orders keys by their UTF-8 bytes, which is not the order of UTF-16', () => {
    const bucket = new Bucket('bucket', 'us-east-1', '000000000000', []);
    for (const key of ['\u{1f600}', '\uff5e', 'z', 'B']) bucket.put(key, Buffer.alloc(0));
    expect(bucket.keys()).toEqual(['B', 'z', '\uff5e', '\u{1f600}']);
    bucket.delete('z');
    expect(bucket.keys()).toEqual(['B', '\uff5e', '\u{1f600}']);
  });
});
