// HTML elements, and tables of text.

export function html(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// Puts a table into the element of this id; the first cell of a row is its head.
export function table(id, head, rows) {
  const top = html("tr", {}, ...head.map((text) => html("th", { scope: "col" }, text)));
  const body = rows.map(([first, ...cells]) => html("tr", {}, html("th", { scope: "row" }, first), ...cells.map((text) => html("td", {}, text))));
  document.getElementById(id).replaceChildren(html("table", {}, html("thead", {}, top), html("tbody", {}, ...body)));
}
