'use strict';
// Charts in the page's own colours, in light and dark, drawn anew when the reader switches.
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const figures = JSON.parse(document.getElementById('figures').textContent);
// Okabe and Ito's colours, which colour-blind readers can distinguish, with violet and grey: darker on light ground, lighter on dark.
const colours = {
  light: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b07d00', '#3aa0dc', '#5d3a9b', '#6b7280'],
  dark: ['#56b4e9', '#ff8a3d', '#2cc295', '#f0a3cf', '#f0c541', '#2f86d6', '#b59cf2', '#a8b0bc'],
};

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function themed(layout) {
  const axis = { color: colour('--faint'), gridcolor: colour('--line'), zerolinecolor: colour('--line'), automargin: true };
  const result = {
    colorway: dark.matches ? colours.dark : colours.light,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { color: colour('--text'), size: 12 },
    margin: { l: 48, r: 16, t: 8, b: 40 },
    legend: { orientation: 'h', y: 1.02, yanchor: 'bottom' },
    ...layout,
  };
  if (layout.shapes) {
    result.shapes = layout.shapes.map(shape => ({ ...shape, line: { ...shape.line, color: colour('--faint') } }));
  }
  for (const key of ['xaxis', 'yaxis', 'yaxis2']) {
    if (key !== 'yaxis2' || layout.yaxis2) {
      result[key] = { ...axis, ...layout[key] };
    }
  }
  return result;
}

// A share of zero is the ground, and error bars are as readable as text.
function themedTraces(traces) {
  return traces.map(trace => {
    switch (trace.type) {
      case 'heatmap':
        return { ...trace, colorscale: [[0, colour('--card')], [1, dark.matches ? '#56b4e9' : '#0072b2']] };
      case 'bar':
        return { ...trace, error_y: { ...trace.error_y, color: colour('--text') } };
      default:
        return trace;
    }
  });
}

function draw() {
  figures.forEach((figure, i) => {
    const matrix = figure.traces.find(trace => trace.type === 'heatmap');
    if (matrix) {
      // Large enough that no label covers its neighbour and numbers fit: a small screen scrolls.
      const labels = Math.max(...matrix.x.map(label => label.length));
      const size = `${(matrix.texttemplate ? 30 : 14) * matrix.x.length + 7 * Math.min(labels, 30) + 80}px`;
      Object.assign(document.getElementById(`figure${i}`).style, { minWidth: size, height: size });
    }
    Plotly.react(`figure${i}`, themedTraces(figure.traces), themed(figure.layout), { responsive: true, displaylogo: false, displayModeBar: false });
  });
}

draw();
dark.addEventListener('change', draw);
