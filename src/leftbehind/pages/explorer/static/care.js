// Who cares for the counted children: a bar a year in both worlds, and the chosen year as a table.

import { html, svg, ticks } from "./drawing.js";
import { amount, fixed, t, unit } from "./words.js";

const HEIGHT = 190;
const EDGE = { left: 40, right: 4, top: 22, bottom: 20 };

export function drawCare(box, { years, before, after, year }) {
  const worlds = [[t("world.Before"), before], ...(after ? [[t("world.After"), after]] : [])];
  const width = Math.max(box.clientWidth, 240) / worlds.length;
  const total = (care, n) => Object.values(care).reduce((sum, values) => sum + values[n], 0);
  const top = Math.max(...worlds.flatMap(([, care]) => years.map((_, n) => total(care, n))));
  const marks = ticks(top / unit(), 4);
  const highest = marks.at(-1) * unit();
  const root = svg("svg", {
    viewBox: `0 0 ${width * worlds.length} ${HEIGHT}`, role: "img",
    "aria-label": t("care.label"),
  });
  worlds.forEach(([title, care], n) => {
    const panel = svg("g", { transform: `translate(${n * width},0)` });
    drawPanel(panel, { years, care, title, marks, highest, year, width });
    root.append(panel);
  });
  box.replaceChildren(root);
}

function drawPanel(panel, { years, care, title, marks, highest, year, width }) {
  const inner = HEIGHT - EDGE.top - EDGE.bottom;
  const y = (v) => HEIGHT - EDGE.bottom - (v / highest) * inner;
  const step = (width - EDGE.left - EDGE.right) / years.length;
  panel.append(svg("text", { x: EDGE.left, y: 13 }, title));
  for (const mark of marks) {
    const at = y(mark * unit());
    panel.append(svg("line", { class: "grid", x1: EDGE.left, x2: width - EDGE.right, y1: at, y2: at }));
    panel.append(svg("text", { class: "axis", x: EDGE.left - 4, y: at + 4, "text-anchor": "end" }, fixed(mark, marks[1] < 1 ? 1 : 0)));
  }
  years.forEach((each, n) => {
    let below = 0;
    Object.values(care).forEach((values, c) => {
      const height = (values[n] / highest) * inner;
      panel.append(svg("rect", {
        class: `c${c}`, x: EDGE.left + n * step + 0.6, width: step - 1.2, y: y(below) - height, height,
        opacity: each === year ? 1 : 0.72,
      }));
      below += values[n];
    });
    if (each % 10 === 0) {
      const anchor = n === years.length - 1 ? "end" : "start";
      panel.append(svg("text", { class: "axis", x: EDGE.left + (n + (anchor === "end" ? 1 : 0)) * step, y: HEIGHT - 5, "text-anchor": anchor }, `${each}`));
    }
  });
}

// `n` is the chosen year's position.
export function careTable(box, { n, before, after, year }) {
  const heads = [t("care.table", { year }), t("world.before"), ...(after ? [t("world.after")] : [])];
  const head = html("tr", {}, ...heads.map((text) => html("th", { scope: "col" }, text)));
  const some = (who) => before[who].some(Boolean) || after?.[who].some(Boolean);
  const rows = Object.keys(before).flatMap((who, c) => {
    if (!some(who)) return [];
    const name = html("th", { scope: "row" }, html("span", { class: `swatch c${c}` }), t(`who.${who}`));
    const row = html("tr", {}, name, html("td", {}, amount(before[who][n], 2)));
    if (after) row.append(html("td", {}, amount(after[who][n], 2)));
    return row;
  });
  box.replaceChildren(html("table", {}, html("thead", {}, head), html("tbody", {}, ...rows)));
}
