// What the page says, in its language, and numbers as its readers write them.

let texts = {};

export function speak(own) {
  texts = own;
}

// The text of "section.name" with its {values} filled in; a list is given as it is.
export function t(key, values = {}) {
  const text = key.split(".").reduce((part, name) => part[name], texts);
  return typeof text === "string" ? text.replace(/\{(\w+)\}/g, (_, name) => values[name]) : text;
}

export function fixed(value, digits = 1) {
  return new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export function signed(value, digits = 1) {
  const text = fixed(Math.abs(value), digits);
  return Number(text.replaceAll(",", "")) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

// Persons in words: the page's unit (a million, or ten thousand) from one of it on, thousands below.
export function persons(number) {
  const size = Math.abs(number);
  const { unit, finer } = texts.number;
  if (size >= unit) return t("number.people", { n: fixed(size / unit, finer && size >= 100 * unit ? 0 : 1) });
  return fixed(size >= 1e3 ? Math.round(size / 1e3) * 1e3 : size, 0);
}

// Persons in the page's unit; `digits` are those of millions, of which a smaller unit needs fewer.
export function amount(number, digits) {
  return fixed(number / texts.number.unit, Math.max(0, digits - texts.number.finer));
}

export function signedAmount(number, digits = 1) {
  return signed(number / texts.number.unit, Math.max(0, digits - texts.number.finer));
}

export const unit = () => texts.number.unit;
