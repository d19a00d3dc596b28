/** Words between the tabs of this phone; where the browser has no way for that, nobody hears. */

export interface Tabs<Word> {
  tell(word: Word): void;
  onWord(listener: (word: Word) => void): void;
}

/** The channel of this name; what this tab tells, the others hear. */
export function tabs<Word>(name: string): Tabs<Word> {
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  return {
    tell: (word) => channel?.postMessage(word),
    onWord: (listener) => {
      if (channel) channel.onmessage = ({ data }: MessageEvent<Word>) => listener(data);
    },
  };
}
