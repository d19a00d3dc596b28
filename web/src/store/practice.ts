/** Practice mode: reports go to `/v1/me/practice-reports` and count nowhere. Kept on this phone. */
import { practice } from './signals';

const KEY = 'denyut.practice';

/** Reads what was chosen before. */
export function rememberPractice(): void {
  practice.value = localStorage.getItem(KEY) === 'on';
}

/** Turns practice mode on or off. */
export function practise(on: boolean): void {
  practice.value = on;
  localStorage.setItem(KEY, on ? 'on' : 'off');
}
