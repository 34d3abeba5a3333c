// The first view: the number, what was published, how sure it is, and how far to trust it.

import { definition, page, placeName, series, two, worldName } from "./state.js";
import { fixed, persons, signedAmount, t } from "./words.js";

const $ = (id) => document.getElementById(id);

export function headline() {
  const place = placeName();
  const { year } = page;
  $("year").value = year;
  $("year-shown").textContent = year;
  published();
  const of = page.answer && series();
  const n = year - page.words.years[0];
  if (!of) {
    const known = page.place ? null : drawsOf(year);
    $("headline-title").textContent = known ? t("results.finding", { place, year, number: persons(known.median) }) : t("results.title", { place, year });
    return;
  }
  const change = of.after[n] - of.before[n];
  const shown = two() && !page.onlyBefore;
  const clear = Math.abs(change) > of.half[n];
  const said = { place, year, number: persons(of.before[n]), change: persons(change), definition: definition().title };
  $("headline-title").textContent = t(!shown ? "results.finding" : !clear ? "results.finding_unclear" : change < 0 ? "results.finding_fewer" : "results.finding_more", said);
  $("before").textContent = persons(of.before[n]);
  $("before-key").textContent = worldName("before");
  $("after-key").textContent = worldName("after");
  $("worlds").hidden = !shown;
  if (!shown) return;
  $("after").textContent = persons(of.after[n]);
  $("difference").textContent = clear ? t(change < 0 ? "results.fewer" : "results.more", { number: persons(change) }) : t("results.unclear");
  const draws = page.answer.seeds === 1 ? t("results.first_draw") : t("results.draws", { number: page.answer.seeds });
  $("interval").textContent = t("results.interval", { low: signedAmount(change - of.half[n]), high: signedAmount(change + of.half[n]), draws });
}

export const figures = () => page.words.published[page.question.definition] ?? [];

export const drawsOf = (year) => page.words.draws.of?.[page.question.definition]?.find((row) => row.year === year);

// The figure nearest to the year shown, and what the world as it was has in that figure's year.
function published() {
  const rows = figures();
  const near = rows.reduce((best, row) => (!best || Math.abs(row.year - page.year) < Math.abs(best.year - page.year) ? row : best), null);
  const national = page.question.against ? null : page.answer?.nation.before[0];
  $("published").textContent = near ? t("results.published", { number: persons(near.value), agency: near.agency, year: near.year }) : t("results.never_published");
  $("trust").textContent = near ? trust(near, national) : t("results.trust_none");
  const known = drawsOf(page.year);
  $("sure").hidden = !known;
  if (!known) return;
  const ends = Object.fromEntries(["low", "high", "wide_low", "wide_high"].map((end) => [end, persons(known[end])]));
  $("sure").textContent = t("results.sure", { ...ends, year: page.year, draws: page.words.draws.number });
}

function trust(figure, national) {
  const own = national?.[figure.year - page.words.years[0]] ?? drawsOf(figure.year)?.median;
  if (own === undefined) return "";
  const said = { number: persons(own), year: figure.year, percent: fixed((100 * Math.abs(own - figure.value)) / figure.value, 0) };
  if (own >= figure.low && own <= figure.high) return t("results.trust_met", said);
  return t(own > figure.value ? "results.trust_above" : "results.trust_below", said);
}
