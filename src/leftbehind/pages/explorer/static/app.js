// The page: asks when a slider moves, shows what comes, and says so when nothing comes.

import { careTable, drawCare } from "./care.js";
import * as controls from "./controls.js";
import { html } from "./drawing.js";
import { drawLines } from "./lines.js";
import { drawMap, drawMapLegend } from "./map.js";
import { ask, Refused } from "./stream.js";
import { amount, fixed, persons, signedAmount, speak, t } from "./words.js";

const PAUSE = 120; // milliseconds a slider rests before the years are lived again
const LANGUAGE = document.documentElement.dataset.language;
const $ = (id) => document.getElementById(id);

const page = { words: null, question: null, answer: null, partial: null, running: null, timer: 0, place: -1, year: 2020, mode: "before", modeChosen: false };

async function begin() {
  try {
    page.words = await (await fetch(`api/words?lang=${LANGUAGE}`)).json();
  } catch {
    return silent();
  }
  speak(page.words.text);
  controls.build(page.words, changed);
  const { question, wrong } = controls.fromQuery(page.words, location.search);
  controls.write(page.words, question);
  const year = Number(location.hash.slice(1));
  if (year >= page.words.years[0] && year <= page.words.years[1]) page.year = year;
  listen();
  await run();
  if (wrong.length) $("copied").textContent = t("problem.link", { names: wrong.join(", ") });
}

// Without its texts the page can only say it in the one that came with it.
function silent() {
  $("problem").hidden = false;
  $("problem-words").textContent = $("problem").dataset.silent;
}

function listen() {
  $("reset").addEventListener("click", () => {
    controls.write(page.words, { ...page.words.defaults, definition: $("definition").value });
    changed();
  });
  $("cancel").addEventListener("click", cancel);
  $("again").addEventListener("click", () => (page.words ? run() : location.reload()));
  $("copy").addEventListener("click", copyLink);
  $("year").addEventListener("input", () => chooseYear(Number($("year").value)));
  for (const radio of document.querySelectorAll("input[name=map]")) {
    radio.addEventListener("change", () => {
      page.mode = radio.value;
      page.modeChosen = true;
      draw();
    });
  }
  $("csv").addEventListener("click", (event) => {
    if (!page.answer) event.preventDefault();
  });
}

function changed() {
  clearTimeout(page.timer);
  page.running?.abort();
  keepLink();
  page.timer = setTimeout(run, PAUSE);
}

function keepLink() {
  const query = controls.toQuery(page.words, controls.read(page.words));
  const own = LANGUAGE === page.words.usual_language ? query : inLanguage(query, LANGUAGE);
  history.replaceState(null, "", `${location.pathname}${own ? `?${own}` : ""}#${page.year}`);
  for (const link of document.querySelectorAll("#languages a")) link.href = `./?${inLanguage(query, link.dataset.language)}#${page.year}`;
  $("csv").href = `download/data.csv?${query}`;
  $("toml").href = `download/scenario.toml?${query}`;
}

const inLanguage = (query, language) => `${query}${query && "&"}lang=${language}`;

async function run() {
  page.running?.abort();
  const running = new AbortController();
  page.running = running;
  const question = controls.read(page.words);
  const same = page.question && controls.isMoved(page.words, page.question) && controls.isMoved(page.words, question);
  page.question = question;
  page.partial = null;
  page.fresh = false;
  if (!same) page.modeChosen = false;
  keepLink();
  describeDefinition();
  $("problem").hidden = true;
  busy(true);
  say(t(page.answer ? "status.again" : "status.starting"), 0);
  try {
    await ask(question, running.signal, (event) => running === page.running && heard(event));
  } catch (error) {
    if (running !== page.running || error.name === "AbortError") return;
    failed(error);
  }
}

function heard(event) {
  const { kind } = event;
  if (kind === "preparing") {
    const stage = t(`status.${event.stage}`);
    const words = event.seed > 1 ? t("status.draw", { ...event, stage }) : stage;
    say(words, event.done, event.stage === "living" ? event.year : "");
  } else if (kind === "year") {
    const lived = (event.year - 2000 + 1) / 21;
    say(t("status.year", event), (event.seed - 1 + lived) / event.seeds, event.year);
    if (event.seed === 1 && !page.fresh) {
      page.partial ??= [];
      page.partial.push(event.after);
      drawPartial();
    }
  } else if (kind === "answer") {
    page.answer = event;
    page.fresh = true;
    page.partial = null;
    $("results").setAttribute("aria-busy", "false");
    if (!page.modeChosen) page.mode = moved() ? "difference" : "before";
    draw();
  } else if (kind === "done") {
    done();
  } else if (kind === "failed") {
    problem(t(`problem.${event.what}`, event));
  }
}

const moved = () => controls.isMoved(page.words, page.question);

function done() {
  busy(false);
  say(moved() ? t("status.done", { number: page.answer.seeds }) : t("status.as_it_was"), 1);
}

function cancel() {
  page.running?.abort();
  page.running = null;
  clearTimeout(page.timer);
  page.partial = null;
  busy(false);
  if (page.fresh) {
    say(t("status.stopped", { number: page.answer.seeds, of: page.words.seeds }), 1);
  } else {
    say(t("status.cancelled"), 1);
    if (page.answer) {
      page.question = { ...page.words.defaults, definition: page.answer.definition };
      draw(true);
    }
  }
}

function failed(error) {
  if (error instanceof Refused && error.status === 429) {
    say(t("status.waiting"), 0);
    page.timer = setTimeout(run, 2000);
    return;
  }
  const gone = error instanceof TypeError;
  problem(gone ? t("problem.gone") : error.message);
}

function problem(words) {
  busy(false);
  say(t("status.nothing"), 1);
  page.partial = null;
  if (!page.fresh) draw(true); // not the lines of other settings
  $("problem").hidden = false;
  $("problem-words").textContent = words;
}

function busy(yes) {
  $("results").setAttribute("aria-busy", yes ? "true" : "false");
  $("cancel").hidden = !yes;
  $("progress").classList.toggle("idle", !yes);
}

// `when` changes too often to be read aloud, so it stands outside the spoken status.
function say(words, share, when = "") {
  if ($("status").textContent !== words) $("status").textContent = words;
  $("when").textContent = when;
  $("bar").value = share;
}

function chooseYear(year) {
  page.year = year;
  keepLink();
  draw();
}

function describeDefinition() {
  const d = page.words.definitions.find((each) => each.name === page.question.definition);
  $("definition-words").textContent = d.words;
}

// The chosen place's series: China, or one province.
function series() {
  const { nation, provinces } = page.answer;
  const of = page.place < 0 ? nation : provinces;
  const g = Math.max(page.place, 0);
  return Object.fromEntries(Object.entries(of).map(([key, values]) => [key, values[g]]));
}

function drawPartial() {
  if (!page.answer || page.place >= 0) return;
  const { before } = series();
  drawLines($("lines"), { years: page.answer.years, before, after: page.partial, half: null, year: page.year, partial: true, label: t("results.lines_partial") }, chooseYear);
}

function draw(onlyBefore = false) {
  const { answer } = page;
  if (!answer) return;
  const changedWorld = moved() && !onlyBefore;
  const n = answer.years.indexOf(page.year);
  const of = series();
  $("headline").hidden = false;
  $("year").value = page.year;
  $("year-shown").textContent = page.year;
  headline(of, n, changedWorld);
  const shown = { years: answer.years, before: of.before, after: changedWorld ? of.after : null, half: changedWorld ? of.half : null };
  drawLines($("lines"), { ...shown, year: page.year, label: t("results.lines_label", { title: $("headline-title").textContent }) }, chooseYear);
  drawTable(shown);
  if (!changedWorld && page.mode !== "before") page.mode = "before";
  for (const radio of document.querySelectorAll("input[name=map]")) {
    radio.checked = radio.value === page.mode;
    radio.disabled = !changedWorld && radio.value !== "before";
  }
  drawPlaces(n);
  const care = { years: answer.years, n, before: answer.care_before, after: changedWorld ? answer.care_after : null, year: page.year };
  drawCare($("care"), care);
  careTable($("care-table"), care);
  hours(n, changedWorld);
}

function headline(of, n, changedWorld) {
  const d = page.words.definitions.find((each) => each.name === page.answer.definition);
  const place = page.place < 0 ? t("results.china") : page.words.provinces[page.place].label;
  $("headline-title").textContent = t("results.title", { place, year: page.year });
  $("counted").textContent = t("results.counted", { definition: d.title });
  $("lines-title").textContent = t("results.lines", { place });
  $("before").textContent = persons(of.before[n]);
  $("after-box").hidden = $("difference-box").hidden = !changedWorld;
  if (!changedWorld) return;
  $("after").textContent = persons(of.after[n]);
  const change = of.after[n] - of.before[n];
  const [low, high] = [change - of.half[n], change + of.half[n]];
  const unclear = low <= 0 && high >= 0;
  const more = t(change < 0 ? "results.fewer" : "results.more", { number: persons(change) });
  $("difference").textContent = unclear ? t("results.unclear") : more;
  const draws = page.answer.seeds === 1 ? t("results.first_draw") : t("results.draws", { number: page.answer.seeds });
  $("interval").textContent = t("results.interval", { low: signedAmount(low), high: signedAmount(high), draws });
}

function drawPlaces(n) {
  const provinces = page.words.provinces;
  $("map-title").textContent = t(page.mode === "difference" ? "map.difference" : "map.before", { year: page.year });
  const tell = (words) => ($("place").textContent = words);
  const tiles = drawMap($("map"), { provinces, of: page.answer.provinces, n, mode: page.mode, chosen: page.place }, (g, byKey) => {
    page.place = g;
    draw();
    if (byKey) $("map").querySelector("[tabindex='0']").focus();
  }, tell);
  drawMapLegend($("map-legend"), page.mode);
  if (page.place < 0) return tell(t("map.choose"));
  tell(t("map.chosen", { tile: tiles[page.place].getAttribute("aria-label"), name: provinces[page.place].label }));
}

function drawTable({ years, before, after, half }) {
  const changed = after ? ["world.after", "world.difference", "results.low", "results.high"] : [];
  const names = ["results.year", "world.before", ...changed].map((key) => t(key));
  const head = html("tr", {}, ...names.map((name) => html("th", { scope: "col" }, name)));
  const rows = years.map((year, n) => {
    const cells = [amount(before[n], 2)];
    if (after) {
      const change = after[n] - before[n];
      cells.push(amount(after[n], 2), ...[change, change - half[n], change + half[n]].map((v) => signedAmount(v, 2)));
    }
    return html("tr", {}, html("th", { scope: "row" }, `${year}`), ...cells.map((cell) => html("td", {}, cell)));
  });
  const caption = html("caption", { class: "quiet" }, t("results.table_caption"));
  $("table").replaceChildren(html("table", {}, caption, html("thead", {}, head), html("tbody", {}, ...rows)));
}

function hours(n, changedWorld) {
  const { hours_before: was, hours_after: now, away_before: left, away_after: leave } = page.answer;
  const values = { year: page.year, hours: fixed(was[n]), hours_after: fixed(now[n]), away: persons(left[n]), away_after: persons(leave[n]) };
  $("hours").textContent = t(changedWorld ? "care.hours_both" : "care.hours", values);
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    $("copied").textContent = t("link.copied");
  } catch {
    $("copied").textContent = t("link.by_hand", { address: location.href });
  }
}

let width = innerWidth;
addEventListener("resize", () => {
  if (width !== innerWidth) draw();
  width = innerWidth;
});

begin();
