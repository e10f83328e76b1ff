// SPDX-License-Identifier: MIT
// The heat map of a sweep as an SVG picture.

const cell = 26;
const margin = { left: 76, top: 48, right: 120, bottom: 60 };
const font = 'system-ui, sans-serif';
/** Single-hued, so that it can be read without colours: from nearly white to dark blue. */
const [low, high] = [
  [238, 243, 250],
  [8, 62, 122],
];

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const lastName = (path) => path.split('.').at(-1);

function color(place) {
  const channel = (i) => Math.round(low[i] + (high[i] - low[i]) * place);
  return `rgb(${channel(0)},${channel(1)},${channel(2)})`;
}

const scoreNames = { accuracy: 'accuracy', accuracySquaredPerSecond: 'accuracy² / second of training' };

/**
 * Draws scores over two settings; the darkest is the best.
 * @param {import('tinycnn/sweep').HeatMap} heatMap
 * @param {import('tinycnn/sweep').CheckedSweep} sweep
 */
export function heatMapSvg({ rows, columns, scores }, { name, score }) {
  const known = scores.flat().filter((each) => each !== null);
  const [min, max] = [Math.min(...known), Math.max(...known)];
  const [width, height] = [columns.values.length * cell, rows.values.length * cell];
  const text = (x, y, content, more = '') => `<text x="${x}" y="${y}" ${more}>${escaped(String(content))}</text>`;
  const centered = 'text-anchor="middle"';
  const parts = [
    text(margin.left, 24, `${name}: ${scoreNames[score]}`, 'font-size="15" font-weight="600"'),
    ...columns.values.map((value, i) =>
      text(margin.left + (i + 0.5) * cell, margin.top + height + 16, value, centered),
    ),
    ...rows.values.map((value, i) => text(margin.left - 8, margin.top + (i + 0.65) * cell, value, 'text-anchor="end"')),
    text(margin.left + width / 2, margin.top + height + 42, lastName(columns.path), centered),
    text(0, 0, lastName(rows.path), `${centered} transform="translate(20 ${margin.top + height / 2}) rotate(-90)"`),
  ];
  for (const [y, line] of scores.entries()) {
    for (const [x, value] of line.entries()) {
      const place = value === null ? null : max > min ? (value - min) / (max - min) : 1;
      const at = `x="${margin.left + x * cell}" y="${margin.top + y * cell}"`;
      const label = `${lastName(rows.path)} ${rows.values[y]}, ${lastName(columns.path)} ${columns.values[x]}: ${value?.toPrecision(4) ?? 'not run'}`;
      parts.push(
        `<rect ${at} width="${cell - 1}" height="${cell - 1}" fill="${place === null ? 'none' : color(place)}"><title>${escaped(label)}</title></rect>`,
      );
    }
  }
  const steps = 40;
  const legend = { x: margin.left + width + 24, height: Math.min(height, 240) };
  for (let i = 0; i < steps; ++i) {
    const y = margin.top + (legend.height * i) / steps;
    parts.push(
      `<rect x="${legend.x}" y="${y.toFixed(1)}" width="14" height="${(legend.height / steps + 0.5).toFixed(1)}" fill="${color(1 - i / (steps - 1))}"/>`,
    );
  }
  parts.push(
    text(legend.x + 20, margin.top + 10, max.toPrecision(3)),
    text(legend.x + 20, margin.top + legend.height, min.toPrecision(3)),
  );
  const size = [margin.left + width + margin.right, margin.top + height + margin.bottom];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.join(' ')}" width="${size[0]}" height="${size[1]}" role="img">`,
    `<title>${escaped(`${name}: ${scoreNames[score]} over ${lastName(rows.path)} and ${lastName(columns.path)}`)}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<g font-family="${font}" font-size="12" fill="#171a21">`,
    ...parts,
    '</g></svg>\n',
  ].join('\n');
}
