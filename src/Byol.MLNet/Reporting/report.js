'use strict';
// Charts in the page's own colours, in light and dark, drawn anew when the reader switches.
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const figures = JSON.parse(document.getElementById('figures').textContent);
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8c564b', '#7f7f7f', '#9467bd', '#bcbd22'];

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function themed(layout) {
  const axis = { color: colour('--faint'), gridcolor: colour('--line'), zerolinecolor: colour('--line'), automargin: true };
  const result = {
    colorway: colours,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { color: colour('--text'), size: 12 },
    margin: { l: 48, r: 16, t: 8, b: 40 },
    legend: { orientation: 'h', y: 1.02, yanchor: 'bottom' },
    ...layout,
  };
  for (const key of ['xaxis', 'yaxis', 'yaxis2']) {
    if (key !== 'yaxis2' || layout.yaxis2) {
      result[key] = { ...axis, ...layout[key] };
    }
  }
  return result;
}

// A share of nought is the ground, and bars of error are as readable as text.
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
      // Large enough that no label covers its neighbour: a small screen scrolls.
      const size = `${14 * matrix.x.length + 220}px`;
      Object.assign(document.getElementById(`figure${i}`).style, { minWidth: size, height: size });
    }
    Plotly.react(`figure${i}`, themedTraces(figure.traces), themed(figure.layout), { responsive: true, displaylogo: false, displayModeBar: false });
  });
}

draw();
dark.addEventListener('change', draw);
