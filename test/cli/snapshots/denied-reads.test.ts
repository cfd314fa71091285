import { describe, expect, it } from 'vitest';
import type { Bucket } from '../../../cli/aws/bucket';
import { DeniedReads } from '../../../cli/snapshots/denied-reads';
import type { Snapshot } from '../../../cli/snapshots/snapshot';
import { CommandError } from '../../../cli/terminal/command-error';

function snapshot(bucket: string, key = 'k'): Snapshot {
  return {
    bucket: { name: bucket } as Bucket,
    object: { key, etag: '', size: 1, lastModified: new Date(0) },
    key: { stack: 'S', function: 'F', type: 'wall', slot: 0, instance: 'aaaaaaaaaaaa' },
  };
}

function refusal(): CommandError {
  const cause = Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
  return new CommandError('Access denied: s3:GetObject.', 'Allow it.', { cause });
}

describe('DeniedReads', () => {
  it('names single objects of a bucket whose others can be read, in either order', () => {
    const denied = new DeniedReads(new Set(['a']));
    expect(denied.leavesOut(snapshot('a', 'first'), refusal())).toBe(true);
    denied.read(snapshot('a', 'second'));
    expect(denied.leavesOut(snapshot('a', 'third'), refusal())).toBe(true);
    denied.requireSome();
    expect(denied.unreadable()).toEqual([]);
    expect(denied.skipped()).toEqual(
      ['first', 'third'].map((key) => ({ key, reason: 'access denied: s3:GetObject', remedy: 'Allow it.' })),
    );
  });

  it('takes a bucket for closed in which nothing can be read, where another is open', () => {
    const denied = new DeniedReads(new Set(['a', 'b']));
    for (let i = 0; i < 150; i++) expect(denied.leavesOut(snapshot('a', `${i}`), refusal())).toBe(true);
    denied.read(snapshot('b'));
    denied.requireSome();
    expect([denied.unreadable(), denied.skipped(), denied.count]).toEqual([
      [{ bucket: 'a', reason: 'Access denied: s3:GetObject.', remedy: 'Allow it.' }],
      [],
      150,
    ]);
  });

  it('gives up where all buckets have refused, after a hundred times', () => {
    const denied = new DeniedReads(new Set(['a', 'b']));
    for (let i = 0; i < 99; i++) expect(denied.leavesOut(snapshot('a', `${i}`), refusal())).toBe(true);
    expect(() => denied.requireSome()).not.toThrow(); // nothing is known of the other
    expect(denied.leavesOut(snapshot('b'), refusal())).toBe(false);
    expect(() => denied.requireSome()).toThrow('None of 100 snapshots may be read. Access denied: s3:GetObject.');
  });

  it('leaves other failures to others', () => {
    const denied = new DeniedReads(new Set(['a']));
    const throttled = new CommandError('Slow down.', 'Wait.', {
      cause: Object.assign(new Error(), { name: 'SlowDown' }),
    });
    expect([new Error('x'), throttled].map((error) => denied.leavesOut(snapshot('a'), error))).toEqual([false, false]);
  });
});
