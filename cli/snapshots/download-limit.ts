/** Downloads at a time to begin with: enough to hide the latency of S3, few enough for a small link. */
const initial = 16;

/** Not more than the sockets that the SDK opens for a bucket (50). */
const most = 48;

/**
 * How many downloads to have under way: one more for every `limit` that went well, and half as many when the bucket asks
 * to slow down, as TCP does (additive increase, multiplicative decrease; Chiu and Jain, 1989).
 *
 * Of those that were under way when it was halved nothing is concluded: they were sent at the former rate.
 */
export class DownloadLimit {
  #limit = initial;
  #unjudged = 0;

  /** Downloads that may be under way now. */
  get current(): number {
    return Math.floor(this.#limit);
  }

  /** @param attempts - requests that the download took; each but the last was refused or failed */
  downloaded(attempts: number): void {
    if (this.#unjudged > 0) {
      this.#unjudged--;
    } else if (attempts > 1) {
      this.#unjudged = this.current - 1;
      this.#limit = Math.max(1, this.#limit / 2);
    } else {
      this.#limit = Math.min(most, this.#limit + 1 / this.#limit);
    }
  }
}
