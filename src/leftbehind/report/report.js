// Draws every chart from the specification beside it. Nothing is loaded; see the page's CSP.
// logLevel 1: errors only.
for (const place of document.querySelectorAll("[data-chart]")) {
  const name = place.dataset.chart;
  const spec = JSON.parse(document.getElementById(`${name}-spec`).textContent);
  const options = { mode: "vega-lite", renderer: "svg", actions: false, ast: true, logLevel: 1 };
  const controls = document.getElementById(`${name}-controls`);
  if (controls) options.bind = controls;
  // A legend of several columns would be cut off on a narrow screen.
  if (place.clientWidth < 480) spec.config.legend.columns = 1;
  const waiting = place.firstElementChild;
  const room = document.createElement("div");
  room.className = "room";
  place.append(room);
  window.vegaEmbed(room, spec, options).then(
    () => waiting.remove(),
    (error) => {
      place.dataset.failed = String(error);
      console.error(`${name}: ${error}`);
    },
  );
}
