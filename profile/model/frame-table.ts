import { displayName } from './frame-name';
import { functionKey } from './identity';
import { unsigned } from './int64';
import { Numbering } from './numbering';
import type { Fn, Location } from './profile';

/** A function as a viewer shows it. */
export interface Frame {
  /** See `displayName`; the address of a location that has no function. */
  name: string;
  /** Path as the profile has it; empty: unknown. */
  file: string;
  /** Line at which the function begins, 1-based; 0: unknown. */
  line: number;
}

/** Numbers the functions of a profile, equal ones the same, whatever line of them a sample was at. */
export class FrameTable {
  readonly #numbering = new Numbering<Frame>();
  readonly #ofFunction = new Map<Fn, number>();
  readonly #ofLocation = new Map<Location, readonly number[]>();

  /** By number. */
  get frames(): readonly Frame[] {
    return this.#numbering.items;
  }

  /** Numbers of the frames that `location` stands for, innermost first: several where functions were inlined. */
  at(location: Location): readonly number[] {
    let numbers = this.#ofLocation.get(location);
    if (!numbers) {
      numbers =
        location.lines.length > 0 ? location.lines.map(({ fn }) => this.#function(fn)) : [this.#address(location)];
      this.#ofLocation.set(location, numbers);
    }
    return numbers;
  }

  #function(fn: Fn): number {
    let number = this.#ofFunction.get(fn);
    if (number === undefined) {
      const frame = () => ({ name: displayName(fn), file: fn.filename, line: fn.startLine });
      number = this.#numbering.of(`f${functionKey(fn)}`, frame);
      this.#ofFunction.set(fn, number);
    }
    return number;
  }

  #address({ address, mapping }: Location): number {
    const frame = { name: `0x${unsigned(address).toString(16)}`, file: mapping?.filename ?? '', line: 0 };
    return this.#numbering.of(`a${frame.name} ${frame.file}`, () => frame);
  }
}
