import type { Signal } from '@preact/signals';
import { THEME_CHOICES, type ThemeChoice } from '../theme';

const LABELS: Record<ThemeChoice, string> = { system: 'System', light: 'Light', dark: 'Dark' };

export function ThemeSwitch({ choice }: { choice: Signal<ThemeChoice> }) {
  return (
    <label class="theme-switch">
      <span class="visually-hidden">Theme</span>
      <select
        value={choice.value}
        onChange={(event) => {
          choice.value = THEME_CHOICES.find((theme) => theme === event.currentTarget.value) ?? 'system';
        }}
      >
        {THEME_CHOICES.map((theme) => (
          <option key={theme} value={theme}>
            {LABELS[theme]}
          </option>
        ))}
      </select>
    </label>
  );
}
