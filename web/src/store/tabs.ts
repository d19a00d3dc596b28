/** Words between the tabs of this phone; where the browser has no way for that, nobody hears. */

export interface Tabs<Word> {
  tell(word: Word): void;
  onWord(listener: (word: Word) => void): void;
  /** Whether the browser has a way for that. */
  readonly hear: boolean;
}

/** The channel of this name; what this tab tells, the others hear. */
export function tabs<Word>(name: string): Tabs<Word> {
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  return {
    hear: channel !== null,
    tell: (word) => channel?.postMessage(word),
    onWord: (listener) => {
      if (channel) channel.onmessage = ({ data }: MessageEvent<Word>) => listener(data);
    },
  };
}
