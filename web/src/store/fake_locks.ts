/** Web Locks as browsers have them, for tests: turns, giving up while waiting, and taking away. */

interface Turn {
  begin: () => void;
  lose: () => void;
}

const aborted = () => new DOMException('the turn is over', 'AbortError');

/** `navigator.locks` of a phone; every tab of it shares one of these. */
export class FakeLocks {
  private readonly held = new Map<string, Turn>();
  private readonly waiting = new Map<string, Turn[]>();

  request<T>(
    name: string,
    options: LockOptions | (() => Promise<T>),
    given?: () => Promise<T>,
  ): Promise<T> {
    const work = given ?? (options as () => Promise<T>);
    const { signal, steal } = (given ? options : {}) as LockOptions;
    return new Promise<T>((resolve, reject) => {
      const lose = () => reject(aborted());
      const turn: Turn = {
        lose,
        begin: () => {
          this.held.set(name, turn);
          void work()
            .then(resolve, reject)
            .finally(() => this.ended(name, turn));
        },
      };
      signal?.addEventListener('abort', () => {
        if (this.held.get(name) !== turn) lose();
        this.waiting.set(
          name,
          this.inLine(name).filter((each) => each !== turn),
        );
      });
      if (steal) this.held.get(name)?.lose();
      if (steal || !this.held.has(name)) turn.begin();
      else this.waiting.set(name, [...this.inLine(name), turn]);
    });
  }

  private inLine(name: string): Turn[] {
    return this.waiting.get(name) ?? [];
  }

  private ended(name: string, turn: Turn): void {
    if (this.held.get(name) !== turn) return;
    this.held.delete(name);
    const [next, ...rest] = this.inLine(name);
    this.waiting.set(name, rest);
    next?.begin();
  }
}
