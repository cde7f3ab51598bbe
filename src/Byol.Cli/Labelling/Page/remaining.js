// How long an embedding will still take, by the speed of the last while.
const windowMilliseconds = 20_000;
const leastMilliseconds = 2_000;

export class Remaining {
  #samples = [];

  add(done, now) {
    this.#samples.push({ done, now });
    while (this.#samples.length > 2 && now - this.#samples[0].now > windowMilliseconds) {
      this.#samples.shift();
    }
  }

  text(total) {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    const took = last.now - first.now;
    if (took < leastMilliseconds || last.done === first.done) {
      return 'estimating the time left';
    }
    const seconds = (total - last.done) * took / (last.done - first.done) / 1000;
    return seconds < 90
      ? `about ${Math.max(5, Math.ceil(seconds / 5) * 5)} s left`
      : `about ${Math.round(seconds / 60)} min left`;
  }
}
