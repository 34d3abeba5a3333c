// Answers between the lived worlds: the weights of response.py, for the levers' positions.
const content = JSON.parse(document.getElementById("content").textContent);
const { levers, shapes } = content;

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Int32Array(await new Response(stream).arrayBuffer());
}

// Where each part of a row begins.
const starts = {};
let length = 0;
for (const [name, shape] of Object.entries(shapes)) {
  starts[name] = length;
  length += shape.reduce((a, b) => a * b, 1);
}
const [, YEARS, REGIONS] = shapes.counted;

function at(part, first, year, last = 0) {
  const shape = shapes[part];
  return starts[part] + (first * shape[1] + year) * (shape[2] ?? 1) + last;
}

// The weight of each lived world but the first; a world that was lived answers with itself.
function weightsAt(positions) {
  const lived = content.positions.findIndex((world) => world.every((p, k) => p === positions[k]));
  if (lived >= 0) return { lived: true, weights: content.positions.map((_, n) => Number(n === lived)) };
  const moved = positions.map((p, k) => (p - levers[k].neutral) / levers[k].span);
  const weights = new Array(content.positions.length).fill(0);
  content.powers.forEach((powers, term) => {
    const value = powers.reduce((product, power, k) => product * moved[k] ** power, 1);
    if (value) content.weights[term].forEach((w, n) => (weights[n] += value * w));
  });
  return { lived: moved.every((u) => u === 0), weights };
}

// A world between the lived ones. Numbers are simulated persons; no count falls below zero.
class Answer {
  constructor(numbers, positions) {
    this.numbers = numbers;
    Object.assign(this, weightsAt(positions));
    this.moved = positions.some((p, k) => p !== levers[k].neutral);
  }
  before(cell) {
    return this.numbers.was[cell];
  }
  after(cell) {
    const { was, moved } = this.numbers;
    const size = this.weights.length;
    let sum = was[cell];
    for (let n = 0, m = cell * size; n < size; n++, m++) sum += this.weights[n] * moved[m];
    return Math.max(sum, 0);
  }
  error(cell) {
    return this.lived ? 0 : this.numbers.error[cell];
  }
}

const sum = (size, value) => Array.from({ length: size }, (_, k) => value(k)).reduce((a, b) => a + b, 0);

// Count, base, interval and error of a definition d in a year t and region r (null: the country).
function counted(answer, d, t, r) {
  const base = content.definitions[d].base;
  const total = (world, part, first) =>
    r === null
      ? sum(REGIONS, (k) => answer[world](at(part, first, t, k)))
      : answer[world](at(part, first, t, r));
  const before = total("before", "counted", d);
  const after = total("after", "counted", d);
  const country = r === null ? before : sum(REGIONS, (k) => answer.before(at("counted", d, t, k)));
  // The variance of luck falls on provinces by their part of the count (explorer/evidence.py).
  const luck = Math.sqrt(answer.after(at("luck", d, t)) * (country ? before / country : 0));
  const { errorWhole, low, high, lowWhole, highWhole } = answer.numbers;
  const error = answer.lived ? 0 : r === null ? errorWhole[d * YEARS + t] : answer.error(at("counted", d, t, r));
  const cell = (d * YEARS + t) * REGIONS + r;
  return {
    before,
    after,
    error,
    half: answer.moved ? Math.hypot(luck, error) : 0,
    baseBefore: total("before", "base", base),
    baseAfter: total("after", "base", base),
    low: r === null ? lowWhole[d * YEARS + t] : low[cell],
    high: r === null ? highWhole[d * YEARS + t] : high[cell],
  };
}
