// The sliders and choices: built from /api/words, read into a question, kept in the link.

import { html } from "./elements.js";
import { fixed, t } from "./words.js";

// The settings of the scenario that is compared with, as a link has them; none: the world as it was.
let against = "";
const NUMBERS = new Set(["from"]);

export function build(words, changed) {
  const box = document.getElementById("sliders");
  box.replaceChildren(...words.sliders.map((slider) => buildSlider(slider, changed)));
  const from = document.getElementById("from");
  for (let year = words.years[0]; year <= words.years[1]; year += 1) from.append(html("option", { value: year }, `${year}`));
  const where = document.getElementById("where");
  where.append(html("option", { value: words.everywhere }, t("controls.everywhere")));
  for (const { name, label, places } of words.regions) {
    const group = html("optgroup", { label });
    group.append(html("option", { value: name }, t("controls.whole", { region: label })));
    group.append(...places.map((place) => html("option", { value: place.name }, place.label)));
    where.append(group);
  }
  const definition = document.getElementById("definition");
  definition.append(...words.definitions.map((d) => html("option", { value: d.name }, d.title)));
  for (const select of [from, where, definition]) select.addEventListener("change", () => changed());
}

function buildSlider(slider, changed) {
  const id = `slider-${slider.name}`;
  const input = html("input", {
    type: "range", id, name: slider.name, min: slider.low, max: slider.high, step: slider.step,
    "aria-describedby": `${id}-words`,
  });
  input.addEventListener("input", () => {
    show(slider);
    changed();
  });
  const top = html("div", { class: "top" }, html("label", { for: id }, t(`sliders.${slider.name}.title`)), html("output", { for: id, id: `${id}-value` }));
  return html("div", { class: "slider" }, top, input, html("p", { class: "quiet", id: `${id}-words` }, t(`sliders.${slider.name}.words`)));
}

function show(slider) {
  const input = document.getElementById(`slider-${slider.name}`);
  const value = Number(input.value);
  const text = say(slider, value);
  document.getElementById(`slider-${slider.name}-value`).textContent = text;
  input.setAttribute("aria-valuetext", text);
  input.closest(".slider").classList.toggle("moved", value !== slider.neutral);
}

function say(slider, value) {
  if (value === slider.neutral) return t("controls.as_it_was");
  if (slider.operation === "multiply") return t("controls.per_cent", { value });
  return t("controls.yuan", { value: fixed(value, 0) });
}

export function read(words) {
  const question = {};
  for (const slider of words.sliders) question[slider.name] = Number(document.getElementById(`slider-${slider.name}`).value);
  for (const name of ["from", "where", "definition"]) {
    const { value } = document.getElementById(name);
    question[name] = NUMBERS.has(name) ? Number(value) : value;
  }
  question.against = against;
  return question;
}

export function write(words, question) {
  for (const slider of words.sliders) {
    document.getElementById(`slider-${slider.name}`).value = question[slider.name];
    show(slider);
  }
  for (const name of ["from", "where", "definition"]) document.getElementById(name).value = question[name];
  hold(words, question.against);
}

export function hold(words, query) {
  against = query;
  document.getElementById("drop").hidden = !query;
  document.getElementById("against-words").textContent = query ? t("controls.against", { title: title(words, fromQuery(words, query).question) }) : t("controls.against_none");
}

// The moved sliders in a few words.
export function title(words, question) {
  const parts = words.sliders.filter((s) => question[s.name] !== s.neutral).map((s) => t("controls.part", { slider: t(`sliders.${s.name}.title`), value: say(s, question[s.name]) }));
  if (!parts.length) return t("world.before");
  const { label } = [...document.getElementById("where").options].find((option) => option.value === question.where);
  return t("controls.title", { parts: parts.join("; "), from: question.from, where: label });
}

// Only what differs from the world as it was stands in the link.
export function toQuery(words, question) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(words.defaults)) {
    if (question[name] !== value) query.set(name, question[name]);
  }
  return query.toString();
}

// Settings of a link; unknown or unreadable ones are named in `wrong` and left as they were.
export function fromQuery(words, text) {
  const question = { ...words.defaults };
  const wrong = [];
  for (const [name, value] of new URLSearchParams(text)) {
    const slider = words.sliders.find((s) => s.name === name);
    const number = Number(value);
    if (slider && value !== "" && number >= slider.low && number <= slider.high) question[name] = number;
    else if (name === "from" && number >= words.years[0] && number <= words.years[1]) question.from = number;
    else if (["where", "definition"].includes(name) && hasOption(name, value)) question[name] = value;
    else if (name === "against" && (value === "" || fromQuery(words, value).wrong.length === 0)) question.against = value;
    else if (name === "world") question.world = value;
    else if (name !== "lang" || !words.languages.includes(value)) wrong.push(name);
  }
  return { question, wrong };
}

function hasOption(id, value) {
  return [...document.getElementById(id).options].some((option) => option.value === value);
}
