import { describe, expect, it } from 'vitest';
import { captureOrigin, type Origin, uncaptured } from '../../../runtime/stacks/origin';
import { Budgets } from '../../../runtime/waits/budgets';
import { lendOrigins } from '../../../runtime/waits/lend-origins';
import type { Operation } from '../../../runtime/waits/operation';
import { Random } from '../../profile/support/random';

const MS = 1_000;
const MINUTE = 60_000 * MS;

const started = (what: string, origin: Origin): Operation => ({ kind: 'request', what, start: 0, origin });
const captured = (chance = 1) => captureOrigin(undefined, false, chance);

/** Milliseconds that each of two ways takes, and how often it is taken. */
type Ways = Readonly<Record<string, { ms: number; share: number }>>;

/** A minute of requests of one name, one after the other: milliseconds by way, as it was and as it is told. */
function minuteOf(ways: Ways, seed: number) {
  const numbers = new Random(seed);
  const random = () => numbers.fraction();
  const budgets = new Budgets(1_769, random);
  const names = Object.keys(ways);
  const wayOf = new Map<Origin, string>();
  const times = new Map<Operation, number>();
  const was: Record<string, number> = {};
  for (let now = 0, turn = 0; now < MINUTE; turn++) {
    const name = random() < ways[names[0]].share ? names[0] : names[1];
    const time = ways[name].ms * MS * (0.5 + random());
    const chance = budgets.draw('GET host', now, turn);
    const origin = chance > 0 ? captured(chance) : uncaptured(undefined);
    if (chance > 0) wayOf.set(origin, name);
    times.set(started('GET host', origin), time);
    was[name] = (was[name] ?? 0) + time;
    now += time;
  }
  lendOrigins(times);
  const told: Record<string, number> = {};
  for (const [{ origin }, time] of times) {
    const name = wayOf.get(origin) ?? wayOf.get(origin.cause as Origin) ?? '';
    told[name] = (told[name] ?? 0) + time;
  }
  const right = names.reduce((sum, name) => sum + Math.min(was[name], told[name]), 0) / MINUTE;
  return { was, told, right, captures: wayOf.size };
}

const CASES: Record<string, Ways> = {
  'as long as each other': { a: { ms: 3, share: 0.5 }, b: { ms: 3, share: 0.5 } },
  'one often, one long': { often: { ms: 1, share: 0.9 }, long: { ms: 20, share: 0.1 } },
  'one seldom': { most: { ms: 2, share: 0.9 }, seldom: { ms: 5, share: 0.1 } },
};

describe('operations whose stack was not captured', () => {
  it.each(Object.entries(CASES))('have their time, on average and each minute, where it was: %s', (_name, ways) => {
    const minutes = Array.from({ length: 20 }, (_, seed) => minuteOf(ways, seed));
    for (const name of Object.keys(ways)) {
      const mean = minutes.reduce((sum, { was, told }) => sum + told[name] / was[name] / minutes.length, 0);
      expect(mean).toBeGreaterThan(0.95);
      expect(mean).toBeLessThan(1.05);
    }
    const right = minutes.map((minute) => minute.right).sort((a, b) => a - b);
    expect(right[10]).toBeGreaterThan(0.95);
    // Of 20,000 requests and more.
    for (const { captures } of minutes) expect(captures).toBeLessThan(1_000);
  });

  it('are none where there are few: all are captured', () => {
    const { was, told } = minuteOf({ a: { ms: 60, share: 0.5 }, b: { ms: 300, share: 0.5 } }, 1);
    expect(told).toEqual(was);
  });

  it('have a stack of the same name, not of another', () => {
    const [mine, other] = [started('GET mine', captured(0.5)), started('GET other', captured(0.5))];
    const [borrows, hasNone] = [uncaptured(undefined), uncaptured(other.origin)].map((o, i) =>
      started(i === 0 ? 'GET mine' : 'dns', o),
    );
    lendOrigins(new Map([mine, other, borrows, hasNone].map((one) => [one, 10])));
    expect(borrows.origin.cause).toBe(mine.origin);
    // What led to it is better than nothing.
    expect(hasNone.origin.cause).toBe(other.origin);
  });

  it('have one too where nobody has waited for any, and keep what they have', () => {
    const lender = started('GET host', captured());
    const borrower = started('GET host', uncaptured(undefined));
    const located = started('GET host', { ...uncaptured(undefined), frames: [] });
    lendOrigins(new Map([lender, borrower, located].map((one) => [one, 0])));
    expect(borrower.origin.cause).toBe(lender.origin);
    expect(located.origin.cause).toBeUndefined();
  });
});

describe('how many stacks are captured', () => {
  it('is a hundred at once of each name, and then one in 100 ms of a full processor', () => {
    const budgets = new Budgets(1_769, () => 0);
    const drawn = (name: string, now: number, turn: number) =>
      Array.from({ length: 300 }, () => budgets.draw(name, now, turn)).filter((chance) => chance > 0).length;
    expect([drawn('a', 0, 1), drawn('b', 0, 1)]).toEqual([100, 100]);
    expect([drawn('a', 1_000 * MS, 2), drawn('b', 3_000 * MS, 2)]).toEqual([10, 30]);
    const half = new Budgets(1_769 / 2, () => 0);
    for (let i = 0; i < 300; i++) half.draw('a', 0, 1);
    expect(half.draw('a', 0, 2)).toBe(0);
    expect(half.draw('a', 100 * MS, 3)).toBeCloseTo(0.5 / 50);
  });

  it('is drawn once in a turn of the event loop', () => {
    const numbers = [0, 0.1, 0.9, 0.1];
    const budgets = new Budgets(1_769, () => numbers.shift() ?? 1);
    for (let i = 0; i < 75; i++) budgets.draw('a', 0, 0);
    const turns = [1, 1, 2, 2, 3].map((turn) => budgets.draw('a', 0, turn) > 0);
    expect(turns).toEqual([true, true, false, false, true]);
  });

  it('has one limit for all names above a hundred', () => {
    const budgets = new Budgets(1_769, () => 0);
    const drawn = Array.from({ length: 1_000 }, (_, i) => budgets.draw(`host ${i}`, 0, i)).filter((c) => c > 0);
    expect(drawn.length).toBeLessThan(250);
  });
});
