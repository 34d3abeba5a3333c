// The page: asks when a slider moves, shows what comes, and says so when nothing comes.

import * as charts from "./charts.js";
import * as controls from "./controls.js";
import * as figures from "./figures.js";
import { headline } from "./headline.js";
import * as history_ from "./history.js";
import * as map from "./map.js";
import { definition, moved, page, two } from "./state.js";
import { ask, Refused } from "./stream.js";
import { persons, speak, t } from "./words.js";

const PAUSE = 120; // milliseconds a slider rests before the years are lived again
const BEAT = 700; // milliseconds a year stays while the years are played
const LANGUAGE = document.documentElement.dataset.language;
const $ = (id) => document.getElementById(id);
const asking = { running: null, timer: 0 };
let playing = 0;

async function begin() {
  try {
    page.words = await (await fetch(`api/words?lang=${LANGUAGE}`)).json();
  } catch {
    return silent();
  }
  speak(page.words.text);
  controls.build(page.words, changed);
  map.build(choosePlace);
  const { question, wrong } = controls.fromQuery(page.words, location.search);
  controls.write(page.words, question);
  lookAt(location.hash.slice(1));
  history_.begin((query) => {
    controls.write(page.words, controls.fromQuery(page.words, query).question);
    changed();
  });
  listen();
  page.question = controls.read(page.words);
  headline();
  charts.begin(LANGUAGE).catch((error) => console.error(`charts: ${error}`));
  await run();
  if (wrong.length) $("copied").textContent = t("problem.link", { names: [...new Set(wrong)].join(", ") });
  else if (question.world && question.world !== page.words.world) $("copied").textContent = t("problem.other_world");
}

// The year and the place of a link: "2012,513400".
function lookAt(view) {
  const [year, place] = view.split(",").map(Number);
  if (year >= page.words.years[0] && year <= page.words.years[1]) page.year = year;
  if (Number.isInteger(place) && map.known(place)) page.place = place;
  if (page.place % 10000) page.level = "prefectures";
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
  $("play").addEventListener("click", () => play(!playing));
  $("hold").addEventListener("click", () => holdScenario());
  $("drop").addEventListener("click", () => {
    controls.hold(page.words, "");
    changed();
  });
  $("country").addEventListener("click", () => choosePlace(0));
  $("level").addEventListener("change", () => {
    page.level = $("level").value;
    show();
  });
  for (const radio of document.querySelectorAll("input[name=map]")) {
    radio.addEventListener("change", () => {
      page.mode = radio.value;
      page.modeChosen = true;
      show();
    });
  }
  $("csv").addEventListener("click", (event) => {
    if (!page.answer) event.preventDefault();
  });
}

// The settings as they stand become the world that what follows is compared with.
function holdScenario() {
  const { against, definition: _, ...settings } = controls.read(page.words);
  controls.hold(page.words, moved(settings) ? controls.toQuery(page.words, { ...page.words.defaults, ...settings }) : "");
  changed();
}

function changed() {
  clearTimeout(asking.timer);
  asking.running?.abort();
  keepLink();
  asking.timer = setTimeout(run, PAUSE);
}

const queryNow = () => controls.toQuery(page.words, controls.read(page.words));
const view = () => `#${page.year}${page.place ? `,${page.place}` : ""}`;
const join = (...parts) => parts.filter(Boolean).join("&");

function keepLink() {
  const query = queryNow();
  const own = LANGUAGE === page.words.usual_language ? query : join(query, `lang=${LANGUAGE}`);
  history.replaceState(null, "", `${location.pathname}${own ? `?${own}` : ""}${view()}`);
  for (const link of document.querySelectorAll("#languages a")) link.href = `./?${join(query, `lang=${link.dataset.language}`)}${view()}`;
  $("csv").href = `download/data.csv?${query}`;
  $("toml").href = `download/scenario.toml?${query}`;
}

async function run() {
  asking.running?.abort();
  const running = new AbortController();
  asking.running = running;
  const question = controls.read(page.words);
  const same = page.question && two() && (moved(question) || question.against);
  Object.assign(page, { question, partial: [], fresh: false, prefectures: null, onlyBefore: false, title: controls.title(page.words, question) });
  if (!same) page.modeChosen = false;
  keepLink();
  $("definition-words").textContent = definition().words;
  $("problem").hidden = true;
  busy(true);
  say(t(page.answer ? "status.again" : "status.starting"), 0);
  try {
    await ask(question, running.signal, (event) => running === asking.running && heard(event));
  } catch (error) {
    if (running !== asking.running || error.name === "AbortError") return;
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
    const lived = (event.year - page.words.years[0] + 1) / (page.words.years[1] - page.words.years[0] + 1);
    say(t("status.year", event), (event.seed - 1 + lived) / event.seeds, event.year);
    if (event.seed === 1 && !page.fresh && event.after !== undefined) {
      page.partial.push(event.after);
      if (page.answer && !page.place && page.answer.definition === page.question.definition) figures.lines(chooseYear);
    }
  } else if (kind === "answer") {
    Object.assign(page, { answer: event, fresh: true, partial: [], prefectures: null });
    $("results").setAttribute("aria-busy", "false");
    if (!page.modeChosen) page.mode = two() ? "difference" : "before";
    show();
  } else if (kind === "done") {
    done();
  } else if (kind === "failed") {
    problem(t(`problem.${event.what}`, event));
  }
}

function done() {
  busy(false);
  say(two() ? t("status.done", { number: page.answer.seeds }) : t("status.as_it_was"), 1);
  if (!two()) return;
  const n = page.words.years[1] - page.words.years[0];
  const { before, after } = page.answer.nation;
  const change = after[0][n] - before[0][n];
  const told = t(change < 0 ? "results.fewer" : "results.more", { number: persons(change) });
  const against = page.question.against ? t("controls.than", { title: controls.title(page.words, controls.fromQuery(page.words, page.question.against).question) }) : "";
  history_.remember(queryNow(), page.title, `${page.words.years[1]}: ${told}${against}`);
}

function cancel() {
  asking.running?.abort();
  asking.running = null;
  clearTimeout(asking.timer);
  page.partial = [];
  busy(false);
  if (page.fresh) {
    say(t("status.stopped", { number: page.answer.seeds, of: page.words.seeds }), 1);
  } else {
    say(t("status.cancelled"), 1);
    before();
  }
}

// Only the first world's lines: the others are of other settings.
function before() {
  page.onlyBefore = true;
  if (page.answer) show();
}

function failed(error) {
  if (error instanceof Refused && error.status === 429) {
    say(t("status.waiting"), 0);
    asking.timer = setTimeout(run, 2000);
    return;
  }
  problem(error instanceof TypeError ? t("problem.gone") : error.message);
}

function problem(words) {
  busy(false);
  say(t("status.nothing"), 1);
  page.partial = [];
  if (!page.fresh) before();
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
  if (page.answer) show();
  else headline();
}

function play(yes) {
  clearInterval(playing);
  playing = 0;
  $("play").setAttribute("aria-pressed", `${yes}`);
  $("play").textContent = t(yes ? "results.pause" : "results.play");
  if (!yes) return;
  const [first, last] = page.words.years;
  if (page.year === last) chooseYear(first);
  playing = setInterval(() => {
    if (page.year < last) chooseYear(page.year + 1);
    if (page.year === last) play(false);
  }, BEAT);
}

function choosePlace(code) {
  page.place = code;
  if (code % 10000) page.level = "prefectures";
  keepLink();
  if (page.answer) show();
}

async function show() {
  if ((page.level === "prefectures" || page.place % 10000) && !page.prefectures) {
    const { answer } = page;
    const reply = await fetch(`api/prefectures?${queryNow()}`).catch(() => null);
    if (answer !== page.answer) return;
    if (reply?.ok) page.prefectures = await reply.json();
  }
  headline();
  figures.lines(chooseYear);
  map.map(choosePlace);
  figures.care();
  figures.pyramid();
  document.title = `${$("headline-title").textContent} – ${t("page.title")}`;
}

async function copyLink() {
  const link = new URL(location.href);
  link.search = join(link.search.slice(1), `world=${page.words.world}`);
  try {
    await navigator.clipboard.writeText(link.href);
    $("copied").textContent = t("link.copied", { query: link.search });
  } catch {
    $("copied").textContent = t("link.by_hand", { address: link.href });
  }
}

begin();
