// Draws the Vega-Lite specifications that come from pages/charts.py; only their numbers change.

import { keep } from "./saving.js";

const OPTIONS = { mode: "vega-lite", renderer: "svg", actions: false, ast: true, logLevel: 1, defaultStyle: false, tooltip: { disableDefaultStyle: true } };
const NARROW = 480; // pixels below which a legend has one column
const PAPER = 640; // pixels of a chart on paper

const charts = new Map(); // by the id of their place
let specs = null;

// Fetches the library and the specifications; what was asked for meanwhile is then drawn.
export async function begin(language) {
  const [reply] = await Promise.all([fetch(`api/charts?lang=${language}`), import("./vega.js")]);
  specs = await reply.json();
  charts.forEach((_, id) => refresh(id));
}

// Rows by data set and values by signal of the chart `name` at the place `id`. `click` hears the
// datum under the pointer, and the year where the horizontal axis has years.
export function draw(id, name, data, signals = {}, click = null) {
  if (!charts.has(id)) {
    charts.set(id, {});
    keep(document.getElementById(`${id}-figure`), () => charts.get(id).embedded.view);
  }
  Object.assign(charts.get(id), { wanted: { name, data, signals }, click });
  if (specs) refresh(id);
}

async function refresh(id) {
  const chart = charts.get(id);
  chart.stale = true;
  if (chart.busy) return;
  chart.busy = true;
  try {
    while (chart.stale) {
      chart.stale = false;
      const { name, data, signals } = chart.wanted;
      if (chart.name !== name) await embed(id, chart, name);
      const { view } = chart.embedded;
      for (const [set, rows] of Object.entries(data)) view.data(set, rows);
      for (const [signal, value] of Object.entries(signals)) view.signal(signal, value);
      await view.runAsync();
    }
  } catch (error) {
    console.error(`${id}: ${error}`);
  }
  chart.busy = false;
}

async function embed(id, chart, name) {
  const place = document.getElementById(id);
  const spec = structuredClone(specs[name]);
  if (place.clientWidth < NARROW) spec.config.legend.columns = 1;
  chart.embedded?.finalize();
  chart.embedded = await window.vegaEmbed(place, spec, OPTIONS);
  chart.name = name;
  const { view } = chart.embedded;
  view.addEventListener("click", (event, item) => chart.click?.(item?.datum ?? {}, yearAt(place, view, event)));
}

function yearAt(place, view, event) {
  let scale;
  try {
    scale = view.scale("x");
  } catch {
    return null; // a map without axes
  }
  if (!scale?.invert) return null;
  const left = place.querySelector("svg").getBoundingClientRect().left + view.padding().left + view.origin()[0];
  return Math.round(scale.invert(event.clientX - left));
}

addEventListener("beforeprint", () => charts.forEach(({ embedded }) => embedded?.view.width(PAPER).run()));
addEventListener("afterprint", () => dispatchEvent(new Event("resize")));
