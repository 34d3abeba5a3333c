// The page: asks when a slider moves, shows what comes, and says so when nothing comes.

import { careTable, drawCare } from "./care.js";
import * as controls from "./controls.js";
import { fixed, html, persons, signed } from "./drawing.js";
import { drawLines } from "./lines.js";
import { drawMap, drawMapLegend } from "./map.js";
import { ask, Refused } from "./stream.js";

const PAUSE = 120; // milliseconds a slider rests before the years are lived again
const $ = (id) => document.getElementById(id);

const page = { words: null, question: null, answer: null, partial: null, running: null, timer: 0, place: -1, year: 2020, mode: "before", modeChosen: false };

async function begin() {
  try {
    page.words = await (await fetch("/api/words")).json();
  } catch {
    return problem("The explorer does not answer. Start it again with `leftbehind explore`.");
  }
  $("scale").textContent = `One simulated person stands for ${fixed(page.words.scale, 0)}.`;
  controls.build(page.words, changed);
  const { question, wrong } = controls.fromQuery(page.words, location.search);
  controls.write(page.words, question);
  const year = Number(location.hash.slice(1));
  if (year >= page.words.years[0] && year <= page.words.years[1]) page.year = year;
  listen();
  await run();
  if (wrong.length) $("copied").textContent = `This link holds settings that cannot be used: ${wrong.join(", ")}.`;
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
  history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}#${page.year}`);
  $("csv").href = `/download/data.csv?${query}`;
  $("toml").href = `/download/scenario.toml?${query}`;
}

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
  say(page.answer ? "Living the years again …" : "Starting …", 0);
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
    const more = event.seed > 1 ? ` (draw of luck ${event.seed} of ${event.seeds})` : "";
    say(`${event.stage}${more} …`, event.done, event.stage.startsWith("Living") ? event.year : "");
  } else if (kind === "year") {
    const lived = (event.year - 2000 + 1) / 21;
    say(`Living the years again: draw of luck ${event.seed} of ${event.seeds}`, (event.seed - 1 + lived) / event.seeds, event.year);
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
    problem(event.text);
  }
}

const moved = () => controls.isMoved(page.words, page.question);

function done() {
  busy(false);
  say(moved() ? `Done: ${page.answer.seeds} draws of luck.` : "The world as it was. Move a slider to live these years again.", 1);
}

function cancel() {
  page.running?.abort();
  page.running = null;
  clearTimeout(page.timer);
  page.partial = null;
  busy(false);
  if (page.fresh) {
    say(`Stopped after ${page.answer.seeds} of ${page.words.seeds} draws of luck.`, 1);
  } else {
    say("Cancelled. Move a slider to ask again.", 1);
    if (page.answer) {
      page.question = { ...page.words.defaults, definition: page.answer.definition };
      draw(true);
    }
  }
}

function failed(error) {
  if (error instanceof Refused && error.status === 429) {
    say("Other questions come first; trying again …", 0);
    page.timer = setTimeout(run, 2000);
    return;
  }
  const gone = error instanceof TypeError;
  problem(gone ? "The explorer is not running any more. Start it again with `leftbehind explore`, then try again." : error.message);
}

function problem(words) {
  busy(false);
  say("No answer.", 1);
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
  $("definition-words").textContent = `${d.agency}. ${d.words}`;
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
  drawLines($("lines"), { years: page.answer.years, before, after: page.partial, half: null, year: page.year, partial: true, label: "Being worked out" }, chooseYear);
}

function draw(onlyBefore = false) {
  const { answer } = page;
  if (!answer) return;
  const changedWorld = moved() && !onlyBefore;
  const t = answer.years.indexOf(page.year);
  const of = series();
  $("headline").hidden = false;
  $("year").value = page.year;
  $("year-shown").textContent = page.year;
  headline(of, t, changedWorld);
  const shown = { years: answer.years, before: of.before, after: changedWorld ? of.after : null, half: changedWorld ? of.half : null };
  drawLines($("lines"), { ...shown, year: page.year, label: `Children counted in each year: ${$("headline-title").textContent}, and the years around` }, chooseYear);
  drawTable(shown);
  if (!changedWorld && page.mode !== "before") page.mode = "before";
  for (const radio of document.querySelectorAll("input[name=map]")) {
    radio.checked = radio.value === page.mode;
    radio.disabled = !changedWorld && radio.value !== "before";
  }
  drawPlaces(t, false);
  const care = { years: answer.years, t, before: answer.care_before, after: changedWorld ? answer.care_after : null, year: page.year };
  drawCare($("care"), care);
  careTable($("care-table"), care);
  hours(t, changedWorld);
}

function headline(of, t, changedWorld) {
  const d = page.words.definitions.find((each) => each.name === page.answer.definition);
  const place = page.place < 0 ? "China" : page.words.provinces[page.place].name;
  $("headline-title").textContent = `${place} in ${page.year}`;
  $("counted").textContent = `Counted: ${d.title}`;
  $("lines-title").textContent = `Children counted in ${place}, millions`;
  $("before").textContent = persons(of.before[t]);
  $("after-box").hidden = $("difference-box").hidden = !changedWorld;
  if (!changedWorld) return;
  $("after").textContent = persons(of.after[t]);
  const change = of.after[t] - of.before[t];
  const [low, high] = [change - of.half[t], change + of.half[t]];
  const unclear = low <= 0 && high >= 0;
  $("difference").textContent = unclear ? "no clear difference" : `${persons(change)} ${change < 0 ? "fewer" : "more"}`;
  const lucks = page.answer.seeds === 1 ? "first draw" : `${page.answer.seeds} draws`;
  $("interval").textContent = `${signed(low / 1e6)} to ${signed(high / 1e6)} million (95 %, luck only; ${lucks})`;
}

function drawPlaces(t, focus) {
  const provinces = page.words.provinces;
  $("map-title").textContent = page.mode === "difference" ? `By province, ${page.year}: difference` : `By province, ${page.year}: per cent of the children the definition looks at`;
  const tell = (words) => ($("place").textContent = words);
  const tiles = drawMap($("map"), { provinces, of: page.answer.provinces, t, mode: page.mode, chosen: page.place, unit: "of the children the definition looks at" }, (g, byKey) => {
    page.place = g;
    draw();
    if (byKey) $("map").querySelector("[tabindex='0']").focus();
  }, tell);
  drawMapLegend($("map-legend"), page.mode);
  if (page.place >= 0) tell(`${tiles[page.place].getAttribute("aria-label")} The lines above show ${provinces[page.place].name}; choose it again for China.`);
  else tell("Choose a province to see its lines.");
}

function drawTable({ years, before, after, half }) {
  const names = ["Year", "as it was", ...(after ? ["with the change", "difference", "from", "to"] : [])];
  const head = html("tr", {}, ...names.map((name) => html("th", { scope: "col" }, name)));
  const rows = years.map((year, t) => {
    const cells = [fixed(before[t] / 1e6, 2)];
    if (after) {
      const change = after[t] - before[t];
      cells.push(fixed(after[t] / 1e6, 2), ...[change, change - half[t], change + half[t]].map((v) => signed(v / 1e6, 2)));
    }
    return html("tr", {}, html("th", { scope: "row" }, `${year}`), ...cells.map((cell) => html("td", {}, cell)));
  });
  $("table").replaceChildren(html("table", {}, html("caption", { class: "quiet" }, "Millions of children"), html("thead", {}, head), html("tbody", {}, ...rows)));
}

function hours(t, changedWorld) {
  const { hours_before: was, hours_after: now, away_before: left, away_after: leave } = page.answer;
  const ending = changedWorld ? `, ${fixed(now[t])} with the change` : "";
  const away = changedWorld ? `, ${fixed(leave[t] / 1e6)} million with the change` : "";
  $("hours").textContent = `China, ${page.year}: a counted child spends ${fixed(was[t])} waking hours a week without an adult${ending} (assumed). Adults who work away: ${fixed(left[t] / 1e6)} million${away}.`;
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    $("copied").textContent = "The link is copied. It opens on this machine while the explorer runs at this address.";
  } catch {
    $("copied").textContent = `Copy it from here: ${location.href}`;
  }
}

let width = innerWidth;
addEventListener("resize", () => {
  if (width !== innerWidth) draw();
  width = innerWidth;
});

begin();
