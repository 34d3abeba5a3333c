// The page: sliders and menus, sentences, drawings and tables; report.js keeps and prints them.
const { words, definitions, provinces, facts } = content;
const find = (id) => document.getElementById(id);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const unit = words.number.unit;
const FEW = 50; // simulated children below which a share is little more than chance
const CHARTS = ["lines", "tiles", "provinces", "care"];

function figures(value) {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 3;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−");
}
const people = (persons) => fill(words.number.people, { n: figures(persons / unit) });
const percent = (share) => figures(100 * share);

// -- what is asked, and the link that holds it ------------------------------------------------------

const asked = { positions: [], definition: 0, place: null, year: YEARS - 1 };
const problems = [];

function read() {
  problems.length = 0;
  asked.positions = levers.map((lever) => lever.neutral);
  asked.definition = definitions.findIndex((d) => d.name === content.asked);
  asked.place = null;
  asked.year = YEARS - 1;
  const given = new URLSearchParams(location.hash.slice(1));
  for (const [name, text] of given) {
    const k = levers.findIndex((lever) => lever.name === name);
    const index = {
      definition: definitions.findIndex((d) => d.name === text),
      place: provinces.findIndex((p) => p.id === text),
      year: content.years.indexOf(Number(text)),
    }[name];
    const value = Number(text);
    if (k >= 0 && text !== "" && value >= levers[k].low && value <= levers[k].high) asked.positions[k] = value;
    else if (index >= 0) asked[name] = index;
    else if (name !== "chart" || !find(`chart-${text}`)) problems.push(name);
  }
  find("problem").hidden = !problems.length;
  text("problem", problems.length ? fill(words.linkProblem, { names: problems.join(", ") }) : "");
  return given.get("chart");
}

function settings(chart) {
  const out = new URLSearchParams();
  levers.forEach((lever, k) => {
    if (asked.positions[k] !== lever.neutral) out.set(lever.name, asked.positions[k]);
  });
  out.set("definition", definitions[asked.definition].name);
  if (asked.place !== null) out.set("place", provinces[asked.place].id);
  out.set("year", content.years[asked.year]);
  if (chart) out.set("chart", chart);
  return `#${out}`;
}

// -- controls ----------------------------------------------------------------------------------------

function position(lever, value) {
  if (value === lever.neutral) return words.controls.as_it_was;
  return fill(words.controls[lever.unit], { value: value.toLocaleString("en") });
}

function build() {
  levers.forEach((lever, k) => {
    const row = document.createElement("div");
    row.className = "lever";
    row.innerHTML = `<label for="lever-${lever.name}"></label><output for="lever-${lever.name}"></output>
      <input type="range" id="lever-${lever.name}" min="${lever.low}" max="${lever.high}" step="${lever.step}" aria-describedby="help-${lever.name}">
      <p class="note" id="help-${lever.name}"></p>`;
    const [label, , input, help] = row.children;
    label.textContent = lever.title;
    help.textContent = lever.words;
    input.addEventListener("input", () => {
      asked.positions[k] = Number(input.value);
      show();
    });
    find("sliders").append(row);
  });
  const option = (menu, value, text) => menu.add(new Option(text, value));
  definitions.forEach((d, n) => option(find("definition"), n, d.title));
  option(find("place"), "", words.controls.china);
  provinces.forEach((p, n) => option(find("place"), n, p.name));
  find("definition").addEventListener("input", (event) => (asked.definition = Number(event.target.value), show()));
  find("place").addEventListener("input", ({ target }) => (asked.place = target.value === "" ? null : Number(target.value), show()));
  find("year").addEventListener("input", (event) => (asked.year = content.years.indexOf(Number(event.target.value)), show()));
  find("reset").addEventListener("click", () => {
    asked.positions = levers.map((lever) => lever.neutral);
    show();
  });
  find("controls").addEventListener("submit", (event) => event.preventDefault());
  find("save").addEventListener("click", () => hand(scenario(), `${content.name}.toml`, "application/toml"));
  find("copy").addEventListener("click", copy);
}

function stand() {
  levers.forEach((lever, k) => {
    const input = find(`lever-${lever.name}`);
    input.value = asked.positions[k];
    const text = position(lever, asked.positions[k]);
    input.previousElementSibling.value = text;
    input.setAttribute("aria-valuetext", text);
  });
  find("definition").value = asked.definition;
  find("place").value = asked.place ?? "";
  find("year").value = content.years[asked.year];
  find("year-shown").value = content.years[asked.year];
}

function hand(text, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function copy() {
  const address = String(location);
  try {
    await navigator.clipboard.writeText(address);
    find("copied").textContent = words.share.copied;
  } catch {
    find("copied").textContent = fill(words.share.by_hand, { address });
  }
  if (location.protocol === "file:") find("copied").textContent += ` ${words.share.from_disk}`;
}

// -- the world asked for, as a scenario file and as commands ------------------------------------------

function scenario() {
  const moved = levers.map((lever, k) => [lever, asked.positions[k]]).filter(([lever, p]) => p !== lever.neutral);
  const title = moved.map(([lever, p]) => fill(lever.english, { value: p })).join("; ");
  const changes = moved.map(([lever, p]) => fill(lever.toml, { amount: p / lever.per }));
  return [`name = "${content.name}"\ntitle = "${title}"\n`, ...changes].join("\n");
}

function commands(moved) {
  const same = `--scale ${facts.one_in} --seed ${facts.seed}`;
  const d = definitions[asked.definition].name;
  const year = content.years[asked.year];
  if (!moved) return `leftbehind run ${same} --out runs/baseline\nleftbehind count runs/baseline ${d} --year ${year}`;
  const file = `${content.name}.toml`;
  return [
    `leftbehind run --scenario ${file} ${same} --out runs/${content.name}`,
    `leftbehind count runs/${content.name} ${d} --year ${year}`,
    `leftbehind compare baseline ${file} ${same} --seeds 1`,
  ].join("\n");
}

// -- sentences -----------------------------------------------------------------------------------------

const text = (id, value) => (find(id).textContent = value);
// A difference as (number, low, high) in words: fewer, more, or not clear.
function told(of, here, persons) {
  const change = (here.after - here.before) * persons;
  const half = here.half * persons;
  const sign = Math.abs(change) <= half ? "unclear" : change < 0 ? "fewer" : "more";
  const ends = [change - half, change + half];
  const [low, high] = sign === "fewer" ? [-ends[1], -ends[0]] : ends;
  return fill(of[sign], { number: people(Math.abs(change)), low: people(low), high: people(high) });
}

function say(answer, here, d, place, year) {
  const { persons, published } = d;
  const number = people(here.after * persons);
  text("headline", fill(words.results.headline, { place, year, number }));
  text("difference", answer.moved ? told(words.results, here, persons) : words.results.same);
  const ends = { number: people(here.before * persons), low: people(here.low * persons), high: people(here.high * persons) };
  text("sure", fill(words.results.interval, ends));
  const nearest = [...published].sort((a, b) => Math.abs(a.year - year) - Math.abs(b.year - year))[0];
  const of = nearest && { number: people(nearest.value), year: nearest.year, title: nearest.agency };
  text("published", asked.place !== null ? "" : of ? fill(words.results.published, of) : words.results.none_published);
  const error = { error: people(here.error * persons), percent: percent(here.error / Math.max(here.after, 1)) };
  text("accuracy", answer.lived ? words.results.lived : fill(words.results.between, error));
  text("who", d.words);
}

// -- drawings: each gives its data sets, its words and its table ---------------------------------------

const drawn = {
  lines(answer, d, place, year) {
    const { persons } = definitions[d];
    const all = content.years.map((_, t) => counted(answer, d, t, asked.place));
    const here = all[asked.year];
    const rows = (world, key) =>
      all.map((c, t) => {
        const value = (c[key] * persons) / unit;
        const half = key === "after" ? (c.half * persons) / unit : 0;
        return { year: content.years[t], world, value, low: Math.max(value - half, 0), high: value + half };
      });
    const lines = rows(words.world.before, "before");
    if (answer.moved) lines.push(...rows(words.world.after, "after"));
    const scaled = ({ value, low, high, ...rest }) => ({ ...rest, value: value / unit, low: low / unit, high: high / unit });
    const points = asked.place === null ? definitions[d].published.map(scaled) : [];
    const number = people(here.before * persons);
    const change = told(words.lines, here, persons);
    return {
      data: {
        lines,
        published: points,
        sure: all.map((c, t) => ({
          year: content.years[t],
          what: words.lines.draws,
          low: (c.low * persons) / unit,
          high: (c.high * persons) / unit,
        })),
      },
      title: answer.moved
        ? fill(words.lines.title_change, { place, year, after: people(here.after * persons), change })
        : fill(words.lines.title, { place, year, number }),
      drawn: { unit: words.number.axis, definition: definitions[d].title },
      note: {},
      head: [words.results.year, words.world.before, words.world.after, "−", "+", words.lines.published],
      rows: all.map((c, t) => [
        content.years[t],
        figures((c.before * persons) / unit),
        ...[c.after, c.after - c.half, c.after + c.half].map((n) => figures((n * persons) / unit)),
        points.filter((p) => p.year === content.years[t]).map((p) => figures(p.value)).join(" "),
      ]),
    };
  },
  tiles(answer, d, _, year) {
    const { persons } = definitions[d];
    const rows = provinces.map((p, r) => {
      const c = counted(answer, d, asked.year, r);
      const share = Math.min((100 * c.after * persons) / facts.one_in / Math.max(c.baseAfter, 1), 100);
      const few = c.baseAfter < FEW;
      const error = people(c.error * persons);
      const tip = fill(words.tiles.text, { number: people(c.after * persons), share: figures(share), error });
      return { ...p, few, value: share, shown: few ? "" : share.toFixed(0), text: tip };
    });
    const enough = rows.filter((row) => !row.few);
    const ranked = (enough.length ? enough : [...rows]).sort((a, b) => a.value - b.value);
    const [least, most] = [ranked[0], ranked.at(-1)];
    return {
      data: { tiles: rows.map((row) => ({ ...row, top: most.value })) },
      title: fill(words.tiles.title, {
        year,
        low: figures(least.value),
        least: least.name,
        high: figures(most.value),
        most: most.name,
      }),
      drawn: { world: answer.moved ? words.world.after : words.world.before },
      note: {},
      head: [words.tiles.province, words.tiles.share, ""],
      rows: rows.map((row) => [row.name, figures(row.value), row.text]),
    };
  },
  provinces(answer, d, _, year) {
    const { persons } = definitions[d];
    const rows = provinces
      .map((p, r) => {
        const c = counted(answer, d, asked.year, r);
        const value = ((c.after - c.before) * persons) / unit;
        const half = (c.half * persons) / unit;
        const [low, high] = [value - half, value + half];
        return { name: p.name, rank: 0, value, low, high, text: fill(words.provinces.text, { number: figures(value), low: figures(low), high: figures(high) }) };
      })
      .sort((a, b) => a.value - b.value);
    rows.forEach((row, rank) => (row.rank = rank));
    const most = [...rows].sort((a, b) => Math.abs(b.value) - Math.abs(a.value))[0];
    const title = answer.moved ? words.provinces.title : words.provinces.title_same;
    return {
      data: { provinces: rows },
      title: fill(title, { year, place: most.name, number: people(most.value * unit) }),
      drawn: { unit: words.number.axis },
      note: {},
      head: [words.tiles.province, words.provinces.axis, "−", "+"],
      rows: rows.map((row) => [row.name, ...[row.value, row.low, row.high].map(figures)]),
    };
  },
  care(answer, d, _, year) {
    const { persons } = definitions[d];
    const t = asked.year;
    const rows = content.carers.map((who, k) => {
      const cell = at("care", d, t, k);
      return { who, before: answer.before(cell), after: answer.after(cell) };
    });
    const total = Math.max(sum(rows.length, (k) => rows[k].after), 1);
    const most = [...rows].sort((a, b) => b.after - a.after)[0];
    const value = (n) => (n * persons) / unit;
    const shown = answer.moved ? ["before", "after"] : ["before"];
    const hours = at("hours", d, t);
    return {
      data: {
        care: rows.flatMap((row) => shown.map((world) => ({ who: row.who, world: words.world[world], value: value(row[world]) }))),
      },
      title: fill(words.care.title, { year, who: most.who, share: percent(most.after / total) }),
      drawn: { unit: words.number.axis },
      note: { hours: figures(answer.after(hours) / total), error: figures(answer.error(hours) / total) },
      head: [words.care.head, words.world.before, words.world.after],
      rows: rows.map((row) => [row.who, figures(value(row.before)), figures(value(row.after))]),
    };
  },
};

function table(figure, head, rows) {
  const line = (cells, tag) => {
    const row = document.createElement("tr");
    cells.forEach((cell, k) => {
      const made = document.createElement(k && tag === "td" ? "td" : "th");
      if (made.tagName === "TH") made.scope = tag === "td" ? "row" : "col";
      made.textContent = cell;
      row.append(made);
    });
    return row;
  };
  figure.querySelector("thead").replaceChildren(line(head, "th"));
  figure.querySelector("tbody").replaceChildren(...rows.map((row) => line(row, "td")));
}

// -- show ------------------------------------------------------------------------------------------------

const shownIn = {}; // name of a drawing -> its Vega view
let numbers;
let waiting;

function show() {
  const began = performance.now();
  const answer = new Answer(numbers, asked.positions);
  const d = asked.definition;
  const year = content.years[asked.year];
  const place = asked.place === null ? words.controls.china : provinces[asked.place].name;
  stand();
  say(answer, counted(answer, d, asked.year, asked.place), definitions[d], place, year);
  const pictures = CHARTS.map((name) => [name, drawn[name](answer, d, place, year)]);
  for (const [name, picture] of pictures) {
    const figure = find(`chart-${name}`);
    figure.dataset.title = picture.title;
    text(`${name}-title`, picture.title);
    text(`${name}-drawn`, fill(words[name].drawn, picture.drawn));
    text(`${name}-note`, fill(words[name].note, picture.note));
    const view = shownIn[name];
    for (const [set, rows] of Object.entries(picture.data)) view.data(set, rows);
    view.run();
  }
  document.body.dataset.took = Math.round(performance.now() - began);
  clearTimeout(waiting);
  waiting = setTimeout(() => settle(answer, pictures), 150); // what need not follow a moving slider
}

function settle(answer, pictures) {
  history.replaceState(null, "", settings());
  for (const [name, { head, rows }] of pictures) table(find(`chart-${name}`), head, rows);
  for (const link of document.querySelectorAll("a.here")) {
    const [file] = link.getAttribute("href").split("#");
    link.setAttribute("href", file + settings(link.closest("figure")?.id.replace("chart-", "")));
  }
  text("commands", commands(answer.moved));
  text("scenario", answer.moved ? scenario() : words.same);
  find("save").disabled = !answer.moved;
  find("embed").value = `<iframe src="${location}" width="100%" height="900" title="${document.title}"></iframe>`;
  document.body.dataset.ready = "yes";
}

async function draw() {
  for (const [name, spec] of Object.entries(content.drawings)) {
    const room = document.querySelector(`[data-drawing="${name}"]`);
    if (room.clientWidth < 480) spec.config.legend.columns = 1;
    const options = { mode: "vega-lite", renderer: "svg", actions: false, ast: true, logLevel: 1 };
    const { view } = await window.vegaEmbed(room, spec, options);
    shownIn[name] = view;
    keep(room.closest("figure"), view);
    views.push({ view, height: spec.height, small: false });
  }
}

async function start() {
  if (!("DecompressionStream" in window)) {
    find("problem").hidden = false;
    text("problem", words.oldBrowser);
    return;
  }
  numbers = Object.fromEntries(await Promise.all(Object.entries(content.numbers).map(async ([name, packed]) => [name, await unpacked(packed)])));
  const chart = read();
  build();
  await draw();
  show();
  if (chart) find(`chart-${chart}`)?.scrollIntoView();
  addEventListener("hashchange", () => {
    const wanted = read();
    show();
    if (wanted) find(`chart-${wanted}`).scrollIntoView();
  });
}
start();
