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
  if (place.clientWidth < 480) spec.config.legend.columns = 1;
  const waiting = place.firstElementChild;
  const room = document.createElement("div");
  room.className = "room";
  place.append(room);
  window.vegaEmbed(room, spec, options).then(
    ({ view }) => {
      waiting.remove();
      keep(place.closest("figure"), view);
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

// A saved picture carries its finding above and its source below, on white, whatever the page's colours.
const MARGIN = { top: 40, side: 16, bottom: 30 };
async function picture(figure, view) {
  const drawn = new DOMParser().parseFromString(await view.toSVG(), "image/svg+xml").documentElement;
  const [width, height] = ["width", "height"].map((side) => Math.ceil(Number(drawn.getAttribute(side))));
  const whole = document.implementation.createDocument("http://www.w3.org/2000/svg", "svg");
  const root = whole.documentElement;
  const size = { width: width + 2 * MARGIN.side, height: height + MARGIN.top + MARGIN.bottom };
  const add = (name, attributes, text = "") => {
    const made = whole.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    root.append(made);
  };
  for (const [key, value] of Object.entries(size)) root.setAttribute(key, value);
  add("rect", { ...size, fill: "white" });
  const font = { x: MARGIN.side, "font-family": "system-ui, sans-serif" };
  const line = (y, fontSize, text) => {
    const fits = (size.width - 2 * MARGIN.side) / fontSize / 0.52; // letters of mean width
    const smaller = text.length > fits ? (fontSize * fits) / text.length : fontSize;
    add("text", { ...font, y, "font-size": smaller }, text);
  };
  line(25, 17, figure.dataset.title);
  line(size.height - 10, 11, figure.dataset.source);
  drawn.setAttribute("x", MARGIN.side);
  drawn.setAttribute("y", MARGIN.top);
  root.append(whole.importNode(drawn, true));
  return { size, text: new XMLSerializer().serializeToString(whole) };
}

async function png({ size, text }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * size.width, 2 * size.height];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function csv(figure) {
  const cell = (each) => `"${each.textContent.replaceAll('"', '""')}"`;
  const rows = [...figure.querySelectorAll("table tr")].map((row) => [...row.cells].map(cell).join(","));
  return new Blob(["\ufeff", rows.join("\n"), "\n"], { type: "text/csv" });
}

function keep(figure, view) {
  for (const button of figure.querySelectorAll("[data-save]")) {
    button.addEventListener("click", async () => {
      const kind = button.dataset.save;
      const made = kind === "csv" ? null : await picture(figure, view);
      const blob = kind === "csv" ? csv(figure) : kind === "png" ? await png(made) : new Blob([made.text], { type: "image/svg+xml" });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${figure.id}.${kind}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  }
}
