import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Unreachable } from '../api/client';
import type { Me } from '../api/types';
import { me, standing } from '../store/session';
import { language, speak } from '../words/words';
import { choose, firstLanguage, speakAsTheyWish, tellLanguage } from './own_language';

const asked = vi.hoisted(() => vi.fn());
vi.mock('../api/client', async (original) => ({ ...(await original()), ask: asked }));

const kept = new Map<string, string>();
vi.stubGlobal('localStorage', {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
});

const person = (id: string, language: 'id' | 'en') => ({ employee: { id }, language }) as Me;

function signedIn(as: Me) {
  me.value = as;
  standing.value = 'signed_in';
  return speakAsTheyWish(as);
}

beforeEach(async () => {
  kept.clear();
  asked.mockReset().mockResolvedValue({});
  me.value = null;
  standing.value = 'nobody';
  await speak('id');
});

describe('on a new phone', () => {
  it('the account says how to speak, and that is kept for the next start', async () => {
    await signedIn(person('sari', 'en'));
    expect(language.value).toBe('en');
    expect(firstLanguage()).toBe('en');
    await tellLanguage();
    expect(asked).not.toHaveBeenCalled();
  });

  it('what was chosen at the door is theirs, and the office hears of it', async () => {
    await choose('en');
    await signedIn(person('sari', 'id'));
    expect(language.value).toBe('en');
    await tellLanguage();
    expect(asked).toHaveBeenCalledExactlyOnceWith('patch', '/v1/me', { body: { language: 'en' } });
    await tellLanguage();
    expect(asked).toHaveBeenCalledOnce();
  });
});

it('nobody is told what they know already', async () => {
  await choose('id');
  await signedIn(person('sari', 'id'));
  await tellLanguage();
  expect(asked).not.toHaveBeenCalled();
});

describe('afterwards', () => {
  it('this phone keeps what was chosen on it, whatever the account says by now', async () => {
    await signedIn(person('sari', 'id'));
    await choose('en');
    await signedIn(person('sari', 'id'));
    expect(language.value).toBe('en');
  });

  it('without signal the choice holds, and is told when there is one', async () => {
    await signedIn(person('sari', 'id'));
    asked.mockRejectedValueOnce(new Unreachable());
    await choose('en');
    expect(language.value).toBe('en');
    await tellLanguage();
    expect(asked).toHaveBeenLastCalledWith('patch', '/v1/me', { body: { language: 'en' } });
    await tellLanguage();
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('somebody else on the same phone hears their own language', async () => {
    await signedIn(person('sari', 'id'));
    await choose('en');
    await signedIn(person('dewi', 'id'));
    expect(language.value).toBe('id');
  });
});

it('a choice of before this was known stays', async () => {
  kept.set('denyut.language', 'en');
  await speak(firstLanguage());
  await signedIn(person('sari', 'id'));
  expect(language.value).toBe('en');
  await tellLanguage();
  expect(asked).not.toHaveBeenCalled();
});
