// Draws every chart from the specification beside it. Nothing is loaded; see the page's CSP.
for (const place of document.querySelectorAll("[data-chart]")) {
  const name = place.dataset.chart;
  const spec = JSON.parse(document.getElementById(`${name}-spec`).textContent);
  const options = { mode: "vega-lite", renderer: "svg", actions: false, ast: true, logLevel: window.vega.Error };
  const controls = document.getElementById(`${name}-controls`);
  if (controls) options.bind = controls;
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
