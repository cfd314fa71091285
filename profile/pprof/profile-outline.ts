import { limits } from '../../lib/contract/limits';
import { IntColumn } from '../model/int-column';
import type { Int64 } from '../model/int64';
import { MalformedProfileError } from './malformed-profile-error';
import type { WireReader } from './wire-reader';

/**
 * Where the messages of each kind are in an encoded profile, as starts and ends: they come in any order, and are read
 * when all that they refer to is there.
 */
export class ProfileOutline {
  readonly sampleTypes = new IntColumn();
  readonly samples = new IntColumn();
  readonly mappings = new IntColumn();
  readonly locations = new IntColumn();
  readonly functions = new IntColumn();
  readonly strings = new IntColumn();
  /** The last one counts. */
  readonly periodTypes = new IntColumn();
  /** Places of strings, as halves. */
  readonly comments = new IntColumn();
  /** Values of the integer fields, by field number. */
  readonly ints = new Map<number, Int64>();

  /** @throws MalformedProfileError */
  read(r: WireReader): void {
    this.#clear();
    let others = 0;
    while (r.nextField()) {
      switch (r.field) {
        case 1:
          r.spans(this.sampleTypes, limits.sampleTypes, 'sample types');
          break;
        case 2:
          r.spans(this.samples, limits.samples, 'samples');
          break;
        case 3:
          r.spans(this.mappings, limits.mappings, 'mappings');
          break;
        case 4:
          r.spans(this.locations, limits.locations, 'locations');
          break;
        case 5:
          r.spans(this.functions, limits.functions, 'functions');
          break;
        case 6:
          r.spans(this.strings, limits.strings, 'strings');
          break;
        case 9:
          if (this.ints.get(9)) throw new MalformedProfileError(r.fieldStart, 'two profiles, one after the other');
          this.ints.set(9, r.int());
          break;
        case 11:
          r.spans(this.periodTypes, limits.periodTypes, 'period types');
          break;
        case 13:
          r.longs(this.comments, limits.comments, 'comments');
          break;
        case 7:
        case 8:
        case 10:
        case 12:
        case 14:
        case 15:
          r.requireRoom(++others, limits.otherFields, 'fields of its own');
          this.ints.set(r.field, r.int());
          break;
        default:
          r.requireRoom(++others, limits.otherFields, 'fields of its own');
          r.skip();
      }
    }
  }

  #clear(): void {
    for (const column of [
      this.sampleTypes,
      this.samples,
      this.mappings,
      this.locations,
      this.functions,
      this.strings,
      this.periodTypes,
      this.comments,
    ]) {
      column.clear();
    }
    this.ints.clear();
  }
}
