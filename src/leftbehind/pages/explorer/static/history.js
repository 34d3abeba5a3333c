// Settings that were asked on this page, the latest first; a press puts them back.

import { html } from "./elements.js";
import { t } from "./words.js";

const MOST = 8;
const kept = () => `leftbehind-asked-${document.documentElement.lang}`; // told in the page's language
const $ = (id) => document.getElementById(id);
let restore = () => {};

const read = () => {
  try {
    return JSON.parse(sessionStorage.getItem(kept())) ?? [];
  } catch {
    return [];
  }
};

export function begin(chosen) {
  restore = chosen;
  show(read());
}

// `told` is the answer in a few words; the same settings asked again move to the top.
export function remember(query, title, told) {
  const list = [{ query, title, told }, ...read().filter((one) => one.query !== query)].slice(0, MOST);
  try {
    sessionStorage.setItem(kept(), JSON.stringify(list));
  } catch {
    // a browser that keeps nothing shows this visit's settings only until it is left
  }
  show(list);
}

function show(list) {
  $("asked-none").hidden = list.length > 0;
  $("asked").replaceChildren(...list.map(({ query, title, told }) => {
    const button = html("button", { type: "button", class: "asked", "aria-label": t("controls.again", { title, told }) }, html("span", {}, title), html("span", { class: "quiet" }, told));
    button.addEventListener("click", () => restore(query));
    return html("li", {}, button);
  }));
}
