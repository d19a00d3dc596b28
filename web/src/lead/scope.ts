/**
 * What a supervisor's screens share: the board, its targets by id, and the names of units. Kept on
 * this phone, renewed when the feed moves, but not at every event.
 */
import { computed, effect } from '@preact/signals';
import type { Shape } from '../api/types';
import { kept, renew } from '../store/kept';
import { me } from '../store/session';
import { answering, topics } from '../store/signals';

const EVERY_MS = 15_000; // while things happen, the board is asked for this often at most

/** The first page of everybody I follow, the worst off first. */
export const board = () => kept('/v1/board');
export const units = () => kept('/v1/units');

/** The targets that the board shows, by id: what a card knows beyond its event. */
export const targets = computed(() => {
  const found = new Map<string, Shape<'TargetView'>>();
  for (const person of board().value.value?.people ?? []) {
    for (const target of person.targets) found.set(target.id, target);
  }
  return found;
});

/** The name of a unit; empty while nobody has told. */
export function unitName(id: string): string {
  return units().value.value?.find((unit) => unit.id === id)?.name ?? '';
}

/** The units that this person heads; for roles those they are for; else their own. */
export function myUnits(): { id: string; name: string }[] {
  const person = me.value;
  if (!person) return [];
  const named = person.headships.length ? person.headships : person.roles;
  const units = new Map(named.map((each) => [each.unit_id, each.unit_name]));
  if (!units.size) units.set(person.employee.unit_id, person.employee.unit_name);
  return [...units].map(([id, name]) => ({ id, name }));
}

/** A unit's name where it says something: nothing for the one that this person heads. */
export function elsewhere(id: string, name: string): string {
  return myUnits().some((unit) => unit.id === id) ? '' : name;
}

/** Whether this person may say a word to `employeeId`; the office has the last word. */
export function mayAnswer(employeeId: string): boolean {
  const person = me.value;
  return Boolean(person?.headships.length && person.employee.id !== employeeId);
}

/**
 * Whether the reports of `employeeId`, who works in `unitId`, are this person's to decide: the
 * board says so; of those whom it has not shown yet, the people of units that this person heads.
 */
export function decides(employeeId: string, unitId: string | null | undefined): boolean {
  if (!mayAnswer(employeeId)) return false;
  const shown = board().value.value?.people.find((each) => each.employee_id === employeeId);
  if (shown) return shown.decided_by_me ?? false;
  return Boolean(me.value?.headships.some((each) => each.deciding && each.unit_id === unitId));
}

/** Renews the board while the feed moves; call what it returns to stop. */
export function followBoard(): () => void {
  let due: ReturnType<typeof setTimeout> | undefined;
  let lastAt = Date.now();
  const again = () => {
    due = undefined;
    lastAt = Date.now();
    void renew('/v1/board');
  };
  const stop = effect(() => {
    const moved = Object.values(topics.value).length > 0;
    if (!moved || !answering.value || due !== undefined) return;
    due = setTimeout(again, Math.max(1_000, lastAt + EVERY_MS - Date.now()));
  });
  return () => {
    clearTimeout(due);
    stop();
  };
}
