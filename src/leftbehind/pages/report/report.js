// Draws every chart from the specification beside it. Nothing is loaded; see the page's CSP.
// logLevel 1: errors only.
const views = [];
for (const place of document.querySelectorAll("[data-chart]")) {
  const name = place.dataset.chart;
  const spec = JSON.parse(document.getElementById(`${name}-spec`).textContent);
  const options = { mode: "vega-lite", renderer: "svg", actions: false, ast: true, logLevel: 1 };
  const controls = document.getElementById(`${name}-controls`);
  if (controls) options.bind = controls;
  // A legend of several columns would be cut off on a narrow screen.
  if (place.clientWidth < 480) Object.assign(spec.config.legend, { columns: 1, labelLimit: 190 });
  const waiting = place.firstElementChild;
  const room = document.createElement("div");
  room.className = "room";
  place.append(room);
  window.vegaEmbed(room, spec, options).then(
    ({ view }) => {
      waiting.remove();
      keep(place.closest("figure"), () => view);
      views.push({ view, height: spec.height, small: Boolean(place.closest(".grid")) });
    },
    (error) => {
      place.dataset.failed = String(error);
      console.error(`${name}: ${error}`);
    },
  );
}

// On paper a chart is as wide as the paper, whatever the screen was (else its text would shrink), and
// a little lower, so that fewer pages end half empty. Charts with a step a bar keep their height.
const PAPER = { whole: 670, half: 320 }; // CSS pixels between the margins of A4, and of a column
const LOWER = 0.7;
function resize(times, width) {
  for (const { view, height, small } of views) {
    if (typeof height === "number") view.height(height * times);
    if (width) view.width(small ? width.half : width.whole);
    view.run();
  }
}
addEventListener("beforeprint", () => resize(LOWER, PAPER));
addEventListener("afterprint", () => {
  resize(1);
  dispatchEvent(new Event("resize")); // Vega asks the page again how wide it is
});
