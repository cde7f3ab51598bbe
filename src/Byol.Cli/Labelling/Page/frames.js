// The page's own frame times while it scrolls, in milliseconds: window.byolFrames.
const restFrames = 10;
const most = 20_000;
const frames = [];
window.byolFrames = frames;

let last = 0;
let framesAtRest = 0;
let isMeasuring = false;

export function watchScrolling(element) {
  element.addEventListener('scroll', () => {
    framesAtRest = 0;
    if (!isMeasuring) {
      isMeasuring = true;
      last = 0;
      requestAnimationFrame(measure);
    }
  }, { passive: true });
}

function measure(now) {
  if (last > 0 && framesAtRest === 0 && frames.length < most) {
    frames.push(now - last);
  }
  last = now;
  framesAtRest++;
  isMeasuring = framesAtRest < restFrames;
  if (isMeasuring) {
    requestAnimationFrame(measure);
  }
}
