/**
 * Collects what changed and speaks it at most once in `everyMs`, so that a screen reader is not
 * talked over by a busy ledger. The first change after a quiet time is spoken at once.
 */
export class Announcer {
  private readonly waiting = new Set<string>();
  private spokenAt: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly speak: (ids: string[]) => void,
    private readonly everyMs = 30_000,
    private readonly now: () => number = Date.now,
  ) {}

  changed(ids: string[]): void {
    for (const id of ids) this.waiting.add(id);
    if (this.waiting.size === 0 || this.timer !== undefined) return;
    const due = this.spokenAt === undefined ? 0 : this.spokenAt + this.everyMs - this.now();
    if (due <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), due);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting.clear();
  }

  private flush(): void {
    this.timer = undefined;
    this.spokenAt = this.now();
    const ids = [...this.waiting];
    this.waiting.clear();
    this.speak(ids);
  }
}
