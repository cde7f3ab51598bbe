// From the map's unit square to the screen, with zoom; and whether a point lies inside a drawn line.
const space = 12;
const mostZoom = 40;

export class View {
  #factor = 1;
  #left = 0;
  #top = 0;
  #width = 1;
  #height = 1;

  fit(width, height) {
    this.#width = width;
    this.#height = height;
  }

  reset() {
    this.#factor = 1;
    this.#left = 0;
    this.#top = 0;
  }

  // Zooms about a point of the screen, which stays where it is.
  zoom(x, y, by) {
    const factor = Math.min(mostZoom, Math.max(1, this.#factor * by));
    const change = factor / this.#factor;
    this.#factor = factor;
    this.#left = factor === 1 ? 0 : x - (x - this.#left) * change;
    this.#top = factor === 1 ? 0 : y - (y - this.#top) * change;
  }

  toScreen(x, y) {
    return {
      x: this.#left + this.#factor * (space + x * (this.#width - 2 * space)),
      y: this.#top + this.#factor * (space + y * (this.#height - 2 * space)),
    };
  }
}

// Counts how often a ray from the point crosses the line's edges.
export function isInside({ x, y }, line) {
  let inside = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [a, b] = [line[i], line[j]];
    if (a.y > y !== b.y > y && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x) {
      inside = !inside;
    }
  }
  return inside;
}
