import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';

/** Settings are the user's, not the profile's: they are in the browser, and not in the address. */
const PREFIX = 'profiled-fn.';

/** A switch that is as it was left the last time. */
export function rememberedSwitch(name: string, initially: boolean): Signal<boolean> {
  const value = signal(rememberedAs(name) ?? initially);
  rememberSwitch(name, value);
  return value;
}

/** The one of `choices` that was chosen the last time; the first to begin with. */
export function rememberedChoice<T extends string>(name: string, choices: readonly [T, ...T[]]): Signal<T> {
  const remembered = read(name);
  const value = signal(choices.find((choice) => choice === remembered) ?? choices[0]);
  whenChanged(value, () => write(name, value.peek()));
  return value;
}

/** Keeps the switch `name` as `value` is, for the next time. */
export function rememberSwitch(name: string, value: ReadonlySignal<boolean>): void {
  whenChanged(value, () => write(name, value.peek() ? 'on' : 'off'));
}

/** How the switch was left the last time. */
export function rememberedAs(name: string): boolean | undefined {
  const remembered = read(name);
  return remembered === undefined ? undefined : remembered === 'on';
}

/** What nobody has chosen is not remembered: it may depend on the window. */
function whenChanged<T>(value: ReadonlySignal<T>, then: () => void): void {
  const initial = value.peek();
  let isChanged = false;
  effect(() => {
    isChanged ||= value.value !== initial;
    if (isChanged) then();
  });
}

/** A browser may refuse to store anything; the page works without. */
function read(name: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Remembered until the page is closed.
  }
}
