// Small means to draw: SVG and HTML elements, numbers in words, even ticks.

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

export function html(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function ticks(highest, about = 5) {
  const rough = Math.max(highest, 1e-9) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const out = [];
  for (let value = 0; value < highest + step * 0.999; value += step) out.push(value);
  return out;
}

const plain = (digits) =>
  new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

// Persons in words: millions from one million on, thousands below.
export function persons(number) {
  const size = Math.abs(number);
  if (size >= 1e6) return `${plain(1).format(size / 1e6)} million`;
  if (size >= 1e3) return `${plain(0).format(Math.round(size / 1e3))},000`;
  return plain(0).format(size);
}

export function signed(value, digits = 1) {
  const text = plain(digits).format(Math.abs(value));
  return Number(text.replaceAll(",", "")) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

export function fixed(value, digits = 1) {
  return plain(digits).format(value);
}
