// How often a server that ended is started again: a few times in a while, so that one that can't live is not started for ever.
// Never does: start anything.

/** So many restarts.. */
const MOST = 4;

/** ..in so long, in milliseconds. */
const WHILE = 3 * 60_000;

export class Restarts {
  private readonly times: number[] = [];

  /** The server has ended; says whether to start it again. */
  public mayRestart(now: number = Date.now()): boolean {
    this.times.push(now);
    while (this.times[0] !== undefined && now - this.times[0] > WHILE) {
      this.times.shift();
    }
    return this.times.length <= MOST;
  }

  /** Somebody has asked for another try. */
  public forget(): void {
    this.times.length = 0;
  }
}
