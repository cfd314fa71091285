import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Theme } from './palette';
import { rememberedChoice } from './settings';

export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

/** What the user chose, remembered, and the theme that it comes to: the page has it as `data-theme`. */
export interface ThemeSetting {
  choice: Signal<ThemeChoice>;
  theme: ReadonlySignal<Theme>;
}

export function themeSetting(): ThemeSetting {
  const choice = rememberedChoice('theme', THEME_CHOICES);
  const system = systemTheme();
  const theme = computed(() => (choice.value === 'system' ? system.value : choice.value));
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
  return { choice, theme };
}

/** The theme that the user's system asks for, as it changes. */
function systemTheme(): ReadonlySignal<Theme> {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const theme = signal<Theme>(dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', () => {
    theme.value = dark.matches ? 'dark' : 'light';
  });
  return theme;
}
