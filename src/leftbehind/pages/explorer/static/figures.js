// The lines, who cares, and the pyramid: numbers for the charts, sentences and tables beside them.

import { draw } from "./charts.js";
import { table } from "./elements.js";
import { drawsOf, figures } from "./headline.js";
import { definition, page, placeName, series, two, worldName } from "./state.js";
import { amount, fixed, persons, signedAmount, t, unit } from "./words.js";

const $ = (id) => document.getElementById(id);
const years = () => page.answer.years;
const both = () => two() && !page.onlyBefore;
const named = (name) => (page.question.against ? `two-${name}` : name);

export function furnish(id, title, caption, publishedBy = "") {
  const figure = $(`${id}-figure`);
  const source = t("keep.source", {
    version: document.documentElement.dataset.version, scale: fixed(page.words.scale, 0), seeds: page.answer.seeds, settings: page.title,
  });
  const note = publishedBy ? `${source} ${t("keep.published", { agencies: publishedBy })}` : source;
  $(`${id}-title`).textContent = title;
  $(`${id}-caption`).textContent = caption;
  $(`${id}-source`).textContent = note;
  $(`${id}-cite`).textContent = t("keep.cite", { title, source, address: location.href });
  Object.assign(figure.dataset, { title, source: note });
}

export function lines(choose) {
  const of = series();
  if (!of) return;
  const shown = both();
  const partial = page.partial.length && !page.place && !page.fresh;
  const row = (world, value, half) => (year, n) => {
    const of = value[n];
    const ends = half ? { low: (of - half[n]) / unit(), high: (of + half[n]) / unit() } : {};
    return { year, world, value: of / unit(), ...ends, tip: `${year} ${world}: ${persons(of)}` };
  };
  const data = years().map(row(worldName("before"), of.before, null));
  if (partial) data.push(...years().slice(0, page.partial.length).map(row(worldName("after"), page.partial, null)));
  else if (shown) data.push(...years().map(row(worldName("after"), of.after, of.half)));
  const china = !page.place && !page.question.against;
  const told = page.place ? [] : figures();
  const scaled = (value) => value / unit();
  const points = told.map((p) => ({ year: p.year, value: scaled(p.value), low: scaled(p.low), high: scaled(p.high), tip: `${p.year} ${p.agency}: ${persons(p.value)}` }));
  const draws = (china ? years().map(drawsOf) : []).filter(Boolean).map((d) => ({
    year: d.year, low: scaled(d.low), high: scaled(d.high), wide_low: scaled(d.wide_low), wide_high: scaled(d.wide_high),
    tip: t("results.sure", { ...Object.fromEntries(["low", "high", "wide_low", "wide_high"].map((end) => [end, persons(d[end])])), year: d.year, draws: page.words.draws.number }),
  }));
  draw("lines", named("lines"), { series: data, draws, published: points }, { year: page.year }, (_, year) => {
    if (year >= page.words.years[0] && year <= page.words.years[1]) choose(year);
  });
  const last = years().length - 1;
  const now = page.year - years()[0];
  const said = { place: placeName(), first: years()[0], last: years()[last], start: persons(of.before[0]), end: persons(of.before[last]), year: page.year, now: persons(of.before[now]), after: persons(of.after[now]), world: worldName("before"), other: worldName("after"), definition: definition().title };
  const bands = [t("results.luck")].concat(draws.length ? [t("results.bands", { draws: page.words.draws.number })] : []);
  furnish("lines", t(shown ? "figures.lines_two" : "figures.lines_one", said), [t("figures.lines_caption", said), ...bands].join(" "), agencies(told));
  const head = [t("results.year"), worldName("before"), ...(shown ? [worldName("after"), t("world.difference"), t("results.low"), t("results.high")] : []), ...(told.length ? [t("results.told")] : [])];
  table("lines-table", head, years().map((year, n) => {
    const change = of.after[n] - of.before[n];
    const more = shown ? [amount(of.after[n], 2), ...[change, change - of.half[n], change + of.half[n]].map((v) => signedAmount(v, 2))] : [];
    const was = told.filter((p) => p.year === year).map((p) => `${amount(p.value, 2)} ${p.agency}`).join("; ");
    return [`${year}`, amount(of.before[n], 2), ...more, ...(told.length ? [was] : [])];
  }));
}

function agencies(rows) {
  const byName = new Map();
  for (const { agency, year } of rows) byName.set(agency, [...(byName.get(agency) ?? []), year]);
  return [...byName].map(([name, when]) => `${name} (${when.length > 4 ? `${when[0]}–${when.at(-1)}` : when.join(", ")})`).join("; ");
}

export function care() {
  const { answer, year } = page;
  const n = year - page.words.years[0];
  const worlds = [["before", answer.care_before], ...(both() ? [["after", answer.care_after]] : [])];
  const data = worlds.flatMap(([world, of]) => Object.entries(of).flatMap(([who, values], order) => years().map((each, k) => ({
    year: each, world: worldName(world), who: t(`who.${who}`), order, value: values[k] / unit(), tip: `${each} ${t(`who.${who}`)}: ${persons(values[k])}`,
  }))));
  draw("care", named("care"), { care: data.filter((row) => row.value) }, { year });
  const total = Object.values(answer.care_before).reduce((sum, values) => sum + values[n], 0) || 1;
  const share = (names) => fixed((100 * names.reduce((sum, who) => sum + answer.care_before[who][n], 0)) / total, 0);
  const values = {
    year, hours: fixed(answer.hours_before[n]), hours_after: fixed(answer.hours_after[n]), away: persons(answer.away_before[n]), away_after: persons(answer.away_after[n]),
    parent: share(["parent"]), old: share(["grandparent in the home", "grandparent a walk away"]),
  };
  furnish("care", t("figures.care_finding", values), t(both() ? "care.hours_both" : "care.hours", values));
  const kinds = Object.keys(answer.care_before).filter((who) => worlds.some(([, of]) => of[who].some(Boolean)));
  table("care-table", [t("care.table", { year }), ...worlds.map(([world]) => worldName(world))], kinds.map((who) => [t(`who.${who}`), ...worlds.map(([, of]) => amount(of[who][n], 2))]));
}

const AGE_STEP = 5;

export function pyramid() {
  const n = page.year - page.words.years[0];
  const people = page.answer.people_before[n];
  const other = both() ? page.answer.people_after[n] : null;
  const places = ["village", "elsewhere"].map((name) => t(`pyramid.${name}`));
  const sexes = ["men", "women"].map((name) => t(`pyramid.${name}`));
  const age = (rank) => (rank === 20 ? "100+" : `${rank * AGE_STEP}–${rank * AGE_STEP + 4}`);
  const sign = (sex) => (sex === 0 ? -1 : 1);
  const ranks = [...people[0][0].keys()];
  const bars = ranks.flatMap((rank) => [0, 1].flatMap((sex) => [0, 1].map((lives) => ({
    age: age(rank), sex: sexes[sex], lives: places[lives], order: lives, signed: (sign(sex) * people[lives][sex][rank]) / unit(),
    tip: `${age(rank)}, ${sexes[sex]}, ${places[lives]}: ${persons(people[lives][sex][rank])}`,
  }))));
  const ticks = !other ? [] : ranks.flatMap((rank) => [0, 1].map((sex) => ({
    age: age(rank), signed: (sign(sex) * other[0][sex][rank]) / unit(), tip: `${age(rank)}, ${sexes[sex]}, ${places[0]}, ${worldName("after")}: ${persons(other[0][sex][rank])}`,
  })));
  draw("pyramid", named("pyramid"), { people: bars, other: ticks });
  const inVillages = (from, to) => {
    const of = (lives) => ranks.filter((rank) => rank * AGE_STEP >= from && rank * AGE_STEP < to).reduce((sum, rank) => sum + people[lives][0][rank] + people[lives][1][rank], 0);
    return fixed((100 * of(0)) / (of(0) + of(1) || 1), 0);
  };
  const said = { year: page.year, young: inVillages(0, 15), working: inVillages(20, 40), old: inVillages(65, 120) };
  furnish("pyramid", t("figures.pyramid_finding", said), t(other ? "pyramid.caption_two" : "pyramid.caption", { ...said, other: worldName("after") }));
  const head = [t("pyramid.age"), ...places.flatMap((place) => sexes.map((sex) => `${sex}, ${place}`))];
  table("pyramid-table", head, ranks.map((rank) => [age(rank), ...[0, 1].flatMap((lives) => [0, 1].map((sex) => amount(people[lives][sex][rank], 2)))]));
}
