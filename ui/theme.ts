import { type ReadonlySignal, signal } from '@preact/signals';
import type { Theme } from './palette';

/** The theme that the user's system asks for, as it changes. */
export function systemTheme(): ReadonlySignal<Theme> {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const theme = signal<Theme>(dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', () => {
    theme.value = dark.matches ? 'dark' : 'light';
  });
  return theme;
}
