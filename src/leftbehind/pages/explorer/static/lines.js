// Two lines over the years: the world as it was, and with the change and its interval.

import { svg, ticks } from "./drawing.js";
import { fixed, t, unit } from "./words.js";

const NARROW = 520; // below this width the ends of the lines carry no names: the key above does

// `after` and `half` may be null (nothing changed), or shorter than `years` (still being lived).
export function drawLines(box, { years, before, after, half, year, partial, label }, choose) {
  const WIDTH = Math.max(box.clientWidth, 240);
  const HEIGHT = WIDTH < NARROW ? 210 : 290;
  const EDGE = { left: 40, right: WIDTH < NARROW ? 18 : 118, top: 12, bottom: 26 };
  const last = years.length - 1;
  const x = (n) => EDGE.left + (n / last) * (WIDTH - EDGE.left - EDGE.right);
  const tops = before.concat(after ?? []).map((v, n) => v + ((half && half[n]) || 0));
  const marks = ticks(Math.max(...tops) / unit());
  const highest = marks.at(-1) * unit();
  const y = (v) => HEIGHT - EDGE.bottom - (v / highest) * (HEIGHT - EDGE.top - EDGE.bottom);
  const root = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });

  for (const mark of marks) {
    const at = y(mark * unit());
    root.append(svg("line", { class: "grid", x1: EDGE.left, x2: WIDTH - EDGE.right, y1: at, y2: at }));
    const text = svg("text", { class: "axis", x: EDGE.left - 6, y: at + 4, "text-anchor": "end" });
    text.append(fixed(mark, marks[1] < 1 ? (marks[1] < 0.1 ? 2 : 1) : 0));
    root.append(text);
  }
  years.forEach((each, n) => {
    if (each % 5) return;
    root.append(svg("text", { class: "axis", x: x(n), y: HEIGHT - 8, "text-anchor": "middle" }, `${each}`));
  });
  if (after && half) {
    const up = after.map((v, n) => `${x(n)},${y(Math.min(v + half[n], highest))}`);
    const down = after.map((v, n) => `${x(n)},${y(Math.max(v - half[n], 0))}`).reverse();
    root.append(svg("polygon", { class: "band", points: up.concat(down).join(" ") }));
  }
  const path = (values, kind) =>
    svg("polyline", { class: `path ${kind}`, points: values.map((v, n) => `${x(n)},${y(v)}`).join(" ") });
  root.append(path(before, "before"));
  if (after?.length) root.append(path(after, partial ? "after partial" : "after"));
  if (WIDTH >= NARROW) nameEnds(root, before, after, x, y);
  const now = years.indexOf(year);
  root.append(svg("line", { class: "mark", x1: x(now), x2: x(now), y1: EDGE.top, y2: HEIGHT - EDGE.bottom }));
  root.append(svg("circle", { class: "dot before", cx: x(now), cy: y(before[now]), r: 4 }));
  if (after?.length > now) root.append(svg("circle", { class: "dot after", cx: x(now), cy: y(after[now]), r: 4 }));
  root.append(hitArea(x, years, EDGE.top, HEIGHT - EDGE.bottom, choose));
  box.replaceChildren(root);
}

function nameEnds(root, before, after, x, y) {
  const ends = [["before", t("world.before"), before]];
  if (after?.length === before.length) ends.push(["after", t("world.after"), after]);
  const heights = ends.map(([, , values]) => y(values.at(-1)) + 4);
  if (ends.length === 2 && Math.abs(heights[0] - heights[1]) < 15) {
    const middle = (heights[0] + heights[1]) / 2;
    const upper = heights[0] <= heights[1] ? 0 : 1;
    heights[upper] = middle - 8;
    heights[1 - upper] = middle + 8;
  }
  ends.forEach(([kind, words, values], n) => {
    root.append(svg("text", { class: kind, x: x(values.length - 1) + 8, y: heights[n] }, words));
  });
}

function hitArea(x, years, top, bottom, choose) {
  const width = x(years.length - 1) - x(0);
  const area = svg("rect", { class: "hit", x: x(0), y: top, width, height: bottom - top });
  area.addEventListener("pointerdown", (event) => {
    const place = area.getBoundingClientRect();
    const share = (event.clientX - place.left) / place.width;
    choose(years[Math.min(Math.max(Math.round(share * (years.length - 1)), 0), years.length - 1)]);
  });
  return area;
}
