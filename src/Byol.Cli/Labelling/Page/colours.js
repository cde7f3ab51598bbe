// A colour for each class: ten hues that are far apart first, then the golden angle in three lightnesses.
const hues = [255, 40, 150, 320, 85, 205, 15, 120, 285, 60];
const goldenAngle = 137.508;
const lightnesses = [0.62, 0.54, 0.68];

export function classColour(index) {
  if (index < 0) {
    return 'transparent';
  }
  return index < hues.length
    ? `oklch(0.62 0.16 ${hues[index]})`
    : `oklch(${lightnesses[index % 3]} 0.13 ${Math.round((index * goldenAngle) % 360)})`;
}
