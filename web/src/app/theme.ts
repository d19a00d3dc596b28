/** How the app looks to this person: theme and text size, kept on this phone, used at once. */
import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark' | 'sunlight';
export type TextSize = 'usual' | 'large' | 'largest';

export const THEMES: readonly Theme[] = ['auto', 'light', 'dark', 'sunlight'];
export const TEXT_SIZES: readonly TextSize[] = ['usual', 'large', 'largest'];

const THEME = 'denyut.theme';
const TEXT = 'denyut.text';

export const theme = signal<Theme>('auto');
export const textSize = signal<TextSize>('usual');

/** Reads what was chosen before, and from now on keeps and shows every change. */
export function dress(): void {
  theme.value = chosen(THEME, THEMES) ?? 'auto';
  textSize.value = chosen(TEXT, TEXT_SIZES) ?? 'usual';
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const prefersDark = signal(dark.matches);
  dark.addEventListener('change', () => (prefersDark.value = dark.matches));
  effect(() => {
    const root = document.documentElement;
    const shown = theme.value === 'auto' ? (prefersDark.value ? 'dark' : 'light') : theme.value;
    root.dataset.theme = shown;
    root.dataset.text = textSize.value;
    const paper = getComputedStyle(root).getPropertyValue('--paper').trim();
    document.querySelector('meta[name=theme-color]')?.setAttribute('content', paper);
    localStorage.setItem(THEME, theme.value);
    localStorage.setItem(TEXT, textSize.value);
  });
}

function chosen<T extends string>(key: string, among: readonly T[]): T | undefined {
  const kept = localStorage.getItem(key);
  return among.find((each) => each === kept);
}
