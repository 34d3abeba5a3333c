// A tile for each province, near where it lies; colours by share or by difference.

import { html, svg } from "./drawing.js";
import { fixed, persons, signed, t } from "./words.js";

const [WIDE, HIGH] = [62, 50];
const STEPS = [10, 20, 30, 40]; // per cent: borders of the five shades of a share
const CHANGES = [0, 5, 15]; // per cent of the number as it was: borders of the shades of a difference

// Shades in the order of the legend's texts (map.shares, map.changes).
const SHARES = ["q0", "q1", "q2", "q3", "q4"];
const DIFFERENCES = ["d-3", "d-2", "d-1", "d0", "d1", "d2", "d3"];

function shade(value) {
  const n = STEPS.filter((step) => value >= step).length;
  return { name: `q${n}`, strong: n >= 3 };
}

function tint(value) {
  const n = value === 0 ? 0 : CHANGES.filter((step) => Math.abs(value) >= step).length;
  return { name: `d${n && value < 0 ? -n : n}`, strong: n >= (value < 0 ? 2 : 3) };
}

// `of` holds numbers and shares by province and year; `n` is the year's position.
export function drawMap(box, { provinces, of, n, mode, chosen }, choose, tell) {
  const rows = Math.max(...provinces.map((p) => p.tile_row)) + 1;
  const columns = Math.max(...provinces.map((p) => p.tile_col)) + 1;
  const first = Math.min(...provinces.map((p) => p.tile_col));
  const root = svg("svg", {
    viewBox: `0 0 ${(columns - first) * WIDE} ${rows * HIGH}`, role: "group", "aria-label": t("map.label"),
  });
  const focused = Math.max(chosen, 0);
  const tiles = provinces.map((province, g) => {
    const shown = values(of, g, n);
    const value = { before: shown.before, after: shown.after, difference: shown.difference }[mode];
    const unclear = mode === "difference" && Math.abs(shown.difference) <= shown.half;
    const look = mode === "difference" ? tint(unclear ? 0 : value) : shade(value);
    const sentence = describe(province, shown);
    const tile = svg("g", {
      class: `tile ${look.name}${look.strong ? " strong" : ""}${unclear ? " unclear" : ""}${g === chosen ? " chosen" : ""}`,
      transform: `translate(${(province.tile_col - first) * WIDE},${province.tile_row * HIGH})`,
      tabindex: g === focused ? 0 : -1, role: "button", "aria-pressed": g === chosen, "aria-label": sentence,
    });
    tile.append(svg("rect", { width: WIDE - 2, height: HIGH - 2, rx: 5 }));
    tile.append(svg("text", { class: "name", x: WIDE / 2 - 1, y: 18 }, province.short));
    const text = mode === "difference" ? (unclear ? "≈" : t("controls.per_cent", { value: signed(value, 0) })) : fixed(value, 0);
    tile.append(svg("text", { class: "value", x: WIDE / 2 - 1, y: 37 }, text));
    tile.addEventListener("pointerenter", () => tell(sentence));
    tile.addEventListener("focus", () => tell(sentence));
    tile.addEventListener("click", () => choose(g === chosen ? -1 : g));
    tile.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose(g === chosen ? -1 : g, true);
      } else {
        move(event, provinces, tiles, g);
      }
    });
    return tile;
  });
  root.append(...tiles);
  box.replaceChildren(root);
  return tiles;
}

function values(of, g, n) {
  const was = Math.max(of.before[g][n], 1);
  return {
    before: of.share_before[g][n], after: of.share_after[g][n], number: of.before[g][n],
    difference: (100 * (of.after[g][n] - was)) / was, half: (100 * of.half[g][n]) / was,
  };
}

function describe({ name, name_zh }, shown) {
  const start = t("map.tile", { name, name_zh, number: persons(shown.number), share: fixed(shown.before, 0) });
  if (shown.difference === 0 && shown.half === 0) return start + t("map.end");
  if (Math.abs(shown.difference) <= shown.half) return start + t("map.unclear");
  const [change, low, high] = [0, -shown.half, shown.half].map((more) => signed(shown.difference + more, 0));
  return start + t("map.change", { change, low, high });
}

// The nearest tile in the arrow's direction takes the focus.
function move(event, provinces, tiles, g) {
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
  if (!down && !right) return;
  event.preventDefault();
  const here = provinces[g];
  let [best, nearest] = [-1, Infinity];
  provinces.forEach((other, n) => {
    const along = (other.tile_row - here.tile_row) * down + (other.tile_col - here.tile_col) * right;
    const aside = Math.abs((other.tile_row - here.tile_row) * right) + Math.abs((other.tile_col - here.tile_col) * down);
    if (along > 0 && along + 2 * aside < nearest) [best, nearest] = [n, along + 2 * aside];
  });
  if (best < 0) return;
  tiles[g].setAttribute("tabindex", -1);
  tiles[best].setAttribute("tabindex", 0);
  tiles[best].focus();
}

export function drawMapLegend(box, mode) {
  const [shades, words] = mode === "difference" ? [DIFFERENCES, t("map.changes")] : [SHARES, t("map.shares")];
  box.replaceChildren(...shades.map((name, n) => {
    const entry = html("span");
    entry.append(html("span", { class: `swatch ${name}` }), words[n]);
    return entry;
  }));
}
