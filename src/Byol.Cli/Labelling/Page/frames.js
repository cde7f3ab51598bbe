// The page's own frame times while it scrolls, in milliseconds: window.byolFrames.
const restMilliseconds = 200;
const most = 20_000;
const frames = [];
window.byolFrames = frames;

let last = 0;
let scrolledAt = 0;
let isMeasuring = false;

export function watchScrolling(element) {
  element.addEventListener('scroll', () => {
    scrolledAt = performance.now();
    if (!isMeasuring) {
      isMeasuring = true;
      last = 0;
      requestAnimationFrame(measure);
    }
  }, { passive: true });
}

function measure(now) {
  if (last > 0 && frames.length < most) {
    frames.push(now - last);
  }
  last = now;
  isMeasuring = performance.now() - scrolledAt <= restMilliseconds;
  if (isMeasuring) {
    requestAnimationFrame(measure);
  }
}
