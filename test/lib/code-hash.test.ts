import { describe, expect, it } from 'vitest';
import { codeHash } from '../../lib/code-hash';

const HASH = '0123456789abcdef'.repeat(4);

describe('codeHash', () => {
  it('reads the hash from the key of an asset, with or without a prefix', () => {
    expect(codeHash(`${HASH}.zip`)).toBe(HASH);
    expect(codeHash(`deploy-time/${HASH}.zip`)).toBe(HASH);
  });

  it.each([
    ['inline code', undefined],
    ['a token', { Ref: 'CodeKey' }],
    ["an object of the user's own", 'releases/app-1.2.3.zip'],
    ['a name that only ends like a hash', `app-${HASH}.zip`],
  ])('knows no hash of %s', (_, key) => {
    expect(codeHash(key)).toBeUndefined();
  });
});
