// What the page knows: its texts, the question, the answer, and what is looked at.

import { t } from "./words.js";

export const page = {
  words: null, question: null, answer: null, prefectures: null, partial: [], fresh: false,
  year: 2020, place: 0, mode: "before", modeChosen: false, level: "provinces",
};

export const moved = (question = page.question) => page.words.sliders.some((slider) => question[slider.name] !== slider.neutral);

// Whether there are two worlds to show: a slider is moved, or another scenario is compared with.
export const two = () => moved() || Boolean(page.question.against);

export const worldName = (which) => t(`world.${page.question.against ? { before: "kept", after: "now" }[which] : which}`);

export const definition = () => page.words.definitions.find((each) => each.name === page.question.definition);

// Places are known by code: 0 China, 510000 a province, 513400 a prefecture.
export const provinceAt = (code) => page.words.provinces.findIndex((p) => p.code * 10000 === code);
export const prefectureAt = (code) => page.words.prefectures.findIndex((p) => p.code === code);

export function placeName(code = page.place) {
  if (!code) return t("results.china");
  const [list, at] = code % 10000 ? [page.words.prefectures, prefectureAt(code)] : [page.words.provinces, provinceAt(code)];
  return list[at].label;
}

// The chosen place's series; null while a prefecture's has not come.
export function series() {
  const { nation, provinces } = page.answer;
  const [of, at] = !page.place ? [nation, 0] : page.place % 10000 ? [page.prefectures, prefectureAt(page.place)] : [provinces, provinceAt(page.place)];
  return of && Object.fromEntries(Object.entries(of).map(([key, values]) => [key, values[at]]));
}
