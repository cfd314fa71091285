import { effect, type Signal, signal } from '@preact/signals';

/** Settings are the user's, not the profile's: they are in the browser, and not in the address. */
const PREFIX = 'profiled-fn.';

/** A switch that is as it was left the last time. */
export function rememberedSwitch(name: string, initially: boolean): Signal<boolean> {
  const remembered = read(name);
  const value = signal(remembered === undefined ? initially : remembered === 'on');
  effect(() => write(name, value.value ? 'on' : 'off'));
  return value;
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
