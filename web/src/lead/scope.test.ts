import { signal } from '@preact/signals';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Me } from '../api/types';

const board = signal<{ value: unknown }>({ value: null });
vi.mock('../store/kept', () => ({ kept: () => board, renew: vi.fn() }));
const { me } = await import('../store/session');
const { decides, elsewhere, mayAnswer, myUnits, targets } = await import('./scope');

const HEADS = { unit_id: 'clinic', unit_name: 'Puskesmas', kind: 'definitive', deciding: true };

function person(more: object): void {
  const employee = { id: 'head', unit_id: 'health', unit_name: 'Dinas Kesehatan' };
  me.value = { employee, headships: [], roles: [], ...more } as unknown as Me;
}

beforeEach(() => {
  board.value = { value: null };
  person({ headships: [HEADS] });
});

describe('the scope of a supervisor', () => {
  it('is the units they head, else those of their roles, else their own', () => {
    expect(myUnits()).toEqual([{ id: 'clinic', name: 'Puskesmas' }]);
    expect(elsewhere('clinic', 'Puskesmas')).toBe('');
    expect(elsewhere('pharmacy', 'Apotek')).toBe('Apotek');
    person({ roles: [{ role: 'hr', unit_id: 'city', unit_name: 'Kota' }] });
    expect(myUnits()).toEqual([{ id: 'city', name: 'Kota' }]);
    person({});
    expect(myUnits()).toEqual([{ id: 'health', name: 'Dinas Kesehatan' }]);
  });

  it('lets nobody answer themselves, and nobody who heads no unit', () => {
    expect(mayAnswer('ani')).toBe(true);
    expect(mayAnswer('head')).toBe(false);
    person({ roles: [{ role: 'hr', unit_id: 'city', unit_name: 'Kota' }] });
    expect(mayAnswer('ani')).toBe(false);
  });

  it('decides for those whom the board names, and until then for the people of its units', () => {
    expect(decides('ani', 'clinic')).toBe(true);
    expect(decides('ani', 'pharmacy')).toBe(false);
    const people = [
      { employee_id: 'ani', decided_by_me: false, targets: [] },
      { employee_id: 'other-head', decided_by_me: true, targets: [{ id: 't1' }] },
    ];
    board.value = { value: { people } };
    expect(decides('ani', 'clinic')).toBe(false);
    expect(decides('other-head', 'pharmacy')).toBe(true);
    expect([...targets.value.keys()]).toEqual(['t1']);
  });

  it('leaves decisions to whoever acts for its head', () => {
    person({ headships: [{ ...HEADS, deciding: false }] });
    expect(decides('ani', 'clinic')).toBe(false);
  });
});
