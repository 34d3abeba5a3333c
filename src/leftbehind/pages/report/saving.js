// Charts saved as pictures and numbers; the report and the explorer share it.
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

// `viewOf` gives the figure's Vega view when a button is pressed.
export function keep(figure, viewOf) {
  for (const button of figure.querySelectorAll("[data-save]")) {
    button.addEventListener("click", async () => {
      const kind = button.dataset.save;
      const made = kind === "csv" ? null : await picture(figure, viewOf());
      const blob = kind === "csv" ? csv(figure) : kind === "png" ? await png(made) : new Blob([made.text], { type: "image/svg+xml" });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${figure.id}.${kind}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  }
}
