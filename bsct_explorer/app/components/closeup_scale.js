// Numbers behind the close-up's plot: units and ticks, the points that it draws, the place of its jump.

const PREFIXES = [
  [1, ""],
  [1e-3, "m"],
  [1e-6, "µ"],
  [1e-9, "n"],
];

// The prefix in which a span of this size reads as 0.2 to 200.
export function prefixFor(span) {
  return PREFIXES.find(([factor]) => span >= 0.2 * factor) ?? PREFIXES[PREFIXES.length - 1];
}

// Factor and name of the unit in which heights of this size read well: a thousandth of the energy unit, a thousandth of
// that, by its name or as a power of ten. `per` is what forces are per.
export function heightUnit(height, { names }, per) {
  let k = 0;
  while (k < 4 && height < 0.2 * 1e-3 ** k) k++;
  const raised = [...String(-3 * k)].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("");
  return [1e-3 ** k, `${names[k] ?? `10${raised} ${names[0]}`}${per}`];
}

export function lengthText(value, unit) {
  const [factor, prefix] = prefixFor(value);
  const scaled = value / factor;
  return `${Number(scaled.toPrecision(2))} ${prefix}${unit}`;
}

export function niceTicks(low, high, wanted) {
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= rough) ?? 10 * power;
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k <= high / step + 1e-9; k++) ticks.push(k * step);
  return { ticks, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

// All points of the scan and of the zoom levels in one line, doubles left out, in the unit that is shown. `fine` is 0
// for the scan's own.
export function mergePoints(curve, levels, perEv) {
  const shown = (value) => (value === null ? null : value * perEv);
  const points = [];
  [curve, ...levels].forEach((level, fine) =>
    level?.values.forEach((x, k) =>
      points.push({ x, energies: shown(level.energies[k]), forces: shown(level.forces[k]), fine }),
    ),
  );
  points.sort((a, b) => a.x - b.x || a.fine - b.fine);
  return points.filter((p, k) => k === 0 || p.x !== points[k - 1].x);
}

// Where the jump is: the two neighbours between which the quantity changes most, of those that hold the place.
export function jumpAt(points, data) {
  if (!data.jump) return -1;
  const after = points.findIndex((p) => p.x >= data.location);
  let best = -1;
  let tallest = 0;
  for (let k = Math.max(0, after - 2); k <= Math.min(points.length - 2, after + 1); k++) {
    const tall = Math.abs(points[k + 1][data.quantity] - points[k][data.quantity]);
    if (tall > tallest) [best, tallest] = [k, tall];
  }
  return best;
}
