// Who cares for the counted children: a bar a year in both worlds, and the chosen year as a table.

import { fixed, html, svg, ticks } from "./drawing.js";

const HEIGHT = 190;
const EDGE = { left: 26, right: 4, top: 22, bottom: 20 };

export function drawCare(box, { years, before, after, year }) {
  const worlds = after ? [["As it was", before], ["With the change", after]] : [["As it was", before]];
  const width = Math.max(box.clientWidth, 240) / worlds.length;
  const total = (care, t) => Object.values(care).reduce((sum, values) => sum + values[t], 0);
  const top = Math.max(...worlds.flatMap(([, care]) => years.map((_, t) => total(care, t))));
  const marks = ticks(top / 1e6, 4);
  const highest = marks.at(-1) * 1e6;
  const root = svg("svg", {
    viewBox: `0 0 ${width * worlds.length} ${HEIGHT}`, role: "img",
    "aria-label": "Counted children by who cares for them, a bar a year; the table below gives the chosen year",
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
    const at = y(mark * 1e6);
    panel.append(svg("line", { class: "grid", x1: EDGE.left, x2: width - EDGE.right, y1: at, y2: at }));
    panel.append(svg("text", { class: "axis", x: EDGE.left - 4, y: at + 4, "text-anchor": "end" }, fixed(mark, marks[1] < 1 ? 1 : 0)));
  }
  years.forEach((each, t) => {
    let below = 0;
    Object.values(care).forEach((values, c) => {
      const height = (values[t] / highest) * inner;
      panel.append(svg("rect", {
        class: `c${c}`, x: EDGE.left + t * step + 0.6, width: step - 1.2, y: y(below) - height, height,
        opacity: each === year ? 1 : 0.72,
      }));
      below += values[t];
    });
    if (each % 10 === 0) {
      const anchor = t === years.length - 1 ? "end" : "start";
      panel.append(svg("text", { class: "axis", x: EDGE.left + (t + (anchor === "end" ? 1 : 0)) * step, y: HEIGHT - 5, "text-anchor": anchor }, `${each}`));
    }
  });
}

export function careTable(box, { t, before, after, year }) {
  const head = html("tr", {}, html("th", { scope: "col" }, `${year}, millions`), html("th", { scope: "col" }, "as it was"));
  if (after) head.append(html("th", { scope: "col" }, "with the change"));
  const some = (words) => before[words].some(Boolean) || after?.[words].some(Boolean);
  const rows = Object.keys(before).flatMap((words, c) => {
    if (!some(words)) return [];
    const name = html("th", { scope: "row" }, html("span", { class: `swatch c${c}` }), words);
    const row = html("tr", {}, name, html("td", {}, fixed(before[words][t] / 1e6, 2)));
    if (after) row.append(html("td", {}, fixed(after[words][t] / 1e6, 2)));
    return row;
  });
  box.replaceChildren(html("table", {}, html("thead", {}, head), html("tbody", {}, ...rows)));
}
