// The map: tiles of provinces, or points of prefectures; shares, or changes against the first world.

import { draw } from "./charts.js";
import { html, table } from "./elements.js";
import { furnish } from "./figures.js";
import { definition, page, placeName, prefectureAt, provinceAt, two, worldName } from "./state.js";
import { amount, fixed, persons, signed, t } from "./words.js";

const $ = (id) => document.getElementById(id);
const FEW = 60; // simulated children below which a prefecture is grey
const FRAME = 1.2; // degrees around a province's seats
const ROUND = 0.05; // to which the end of the colours is rounded up

export function build(choose) {
  const { provinces, prefectures } = page.words;
  const names = [...provinces, ...prefectures].flatMap(({ name, name_zh }) => [name_zh, name]);
  $("names").append(...[...new Set(names)].map((value) => html("option", { value })));
  $("search").addEventListener("submit", async (event) => {
    event.preventDefault();
    const word = $("word").value.trim();
    if (!word) return;
    try {
      const reply = await fetch(`api/place?word=${encodeURIComponent(word)}`);
      const { code } = await reply.json();
      if (reply.ok) choose(code);
      else $("place").textContent = t("map.unknown", { word });
    } catch {
      $("place").textContent = t("problem.gone");
    }
  });
}

const values = (of, at, n) => {
  const was = Math.max(of.before[at][n], 1);
  const change = (of.after[at][n] - of.before[at][n]) / was;
  return { before: of.share_before[at][n] / 100, after: of.share_after[at][n] / 100, change, half: of.half[at][n] / was, number: of.before[at][n] };
};

function rows(list, of, n, codeOf) {
  return list.map((place, at) => {
    const v = values(of, at, n);
    const few = of.simulated ? of.simulated[at][n] < FEW : false;
    const difference = page.mode === "difference";
    const clear = !few && (!difference || Math.abs(v.change) > v.half);
    const value = difference ? v.change : v[page.mode];
    const percent = (x, digits = 0) => t("controls.per_cent", { value: difference ? signed(100 * x, digits) : fixed(100 * x, digits) });
    const code = codeOf(place);
    return {
      code, row: place.tile_row, col: place.tile_col, lon: place.lon, lat: place.lat, label: place.label, tile: place.tile, short: place.short, value, size: v.number,
      clear, chosen: code === page.place, text: few ? "–" : clear ? percent(value) : "≈",
      tip: few ? t("map.few", { place: place.label }) : describe(place.label, v, percent),
      cells: [place.label, `${fixed(100 * v[difference ? "before" : page.mode], 1)}`, amount(v.number, 2), ...(two() ? [`${signed(100 * v.change, 0)}`, `${signed(100 * (v.change - v.half), 0)}`, `${signed(100 * (v.change + v.half), 0)}`] : [])],
    };
  });
}

function describe(place, v) {
  const said = { place, number: persons(v.number), share: fixed(100 * v.before, 0), world: worldName("before") };
  const start = t("map.tip", said);
  if (!two()) return start;
  if (Math.abs(v.change) <= v.half) return start + t("map.tip_unclear");
  const [change, low, high] = [0, -v.half, v.half].map((more) => signed(100 * (v.change + more), 0));
  return start + t("map.tip_change", { change, low, high });
}

export function map(choose) {
  const shown = two() && !page.onlyBefore;
  if (!shown) page.mode = "before";
  for (const radio of document.querySelectorAll("input[name=map]")) {
    radio.checked = radio.value === page.mode;
    radio.disabled = !shown && radio.value !== "before";
  }
  $("map-before").textContent = worldName("before");
  $("map-after").textContent = worldName("after");
  $("level").value = page.level;
  $("country").hidden = !page.place;
  const n = page.year - page.words.years[0];
  const fine = page.level === "prefectures";
  const of = fine ? page.prefectures : page.answer.provinces;
  if (!of) return;
  const list = fine ? rows(page.words.prefectures, of, n, (p) => p.code) : rows(page.words.provinces, of, n, (p) => p.code * 10000);
  const name = `${fine ? "points" : "tiles"}${page.mode === "difference" ? "-change" : ""}`;
  draw("map", name, { places: list }, { top: topOf(of), ...(fine ? frame() : {}) }, (datum) => datum.code && choose(datum.code === page.place ? 0 : datum.code));
  const clear = list.filter((row) => row.clear).sort((a, b) => b.value - a.value);
  const said = { year: page.year, definition: definition().title, high: clear[0]?.label, low: clear.at(-1)?.label, top: clear[0]?.text, least: clear.at(-1)?.text, number: list.length, clear: clear.length };
  const kind = page.mode === "difference" ? "map_change" : "map_share";
  furnish("map", clear.length ? t(`figures.${kind}`, said) : t("figures.map_none", said), t(fine ? "map.caption_fine" : "map.caption", { ...said, few: FEW }));
  const head = [t(fine ? "map.prefecture" : "map.province"), t("map.share"), t("map.number"), ...(two() ? [t("map.change"), t("results.low"), t("results.high")] : [])];
  table("map-table", head, list.map((row) => row.cells));
  const chosen = list.find((row) => row.chosen);
  $("place").textContent = chosen ? chosen.tip : page.place ? t("map.looking", { place: placeName() }) : t("map.choose");
}

// The same end of the colours for all years, so that playing them shows change.
function topOf(of) {
  const all = page.words.years[1] - page.words.years[0] + 1;
  const sizes = [];
  for (let at = 0; at < of.before.length; at += 1) {
    for (let n = 0; n < all; n += 2) {
      if (of.simulated && of.simulated[at][n] < FEW) continue;
      const v = values(of, at, n);
      if (page.mode === "difference" && Math.abs(v.change) <= v.half) continue;
      sizes.push(page.mode === "difference" ? Math.abs(v.change) : v[page.mode]);
    }
  }
  sizes.sort((a, b) => a - b);
  const high = sizes[Math.floor(0.98 * (sizes.length - 1))] ?? 0.5;
  return Math.max(ROUND, Math.ceil(high / ROUND) * ROUND);
}

// What of the country is shown: all, or the province that is chosen or holds the chosen prefecture.
function frame() {
  if (!page.place) return { west: 73, east: 135.5, south: 17, north: 54 };
  const province = page.words.provinces[provinceAt(Math.floor(page.place / 10000) * 10000)];
  const inside = page.words.prefectures.filter((p) => p.province === province.name);
  const span = (key) => [Math.min(...inside.map((p) => p[key])) - FRAME, Math.max(...inside.map((p) => p[key])) + FRAME];
  const [[west, east], [south, north]] = [span("lon"), span("lat")];
  return { west, east, south, north };
}

export const known = (code) => code === 0 || (code % 10000 ? prefectureAt(code) : provinceAt(code)) >= 0;
