// Reads values off charts. The charts are complete without it: the page holds their values.

const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const MAX_LISTED = 12;

// Parts of a page are replaced while it follows a job, so nothing here keeps an element for long.

// The points of a visible curve: where they are drawn, and the x and y values they stand for.
function pointsOf(path) {
  const drawn = path.getAttribute("d").slice(1).split("L").map((pair) => pair.split(" ").map(Number));
  return path.dataset.points
    .split(" ")
    .map((pair, index) => [...(drawn[index] ?? []), ...pair.split(",").map(Number)]);
}

// The title of a curve is its name and its last value.
const nameOf = (path) => path.querySelector("title").textContent.replace(/: [^ ]*$/, "");

const curvesOf = (plot) =>
  $$("path[data-points]", plot)
    .filter((path) => path.dataset.points && !path.classList.contains("is-off"))
    .map((path) => ({ path, name: nameOf(path), points: pointsOf(path) }));

const crosshair = document.createElement("div");
crosshair.className = "crosshair";
const readout = document.createElement("div");
readout.className = "readout";
readout.setAttribute("role", "status");
crosshair.hidden = readout.hidden = true;
document.body.append(crosshair, readout);

let shown = null; // The title of the chart that is read, and the x that is pointed at.

function hide() {
  crosshair.hidden = readout.hidden = true;
  shown = null;
}

const short = (value) => String(Number(value.toPrecision(6)));

function entry({ path, name, point }) {
  const row = document.createElement("tr");
  const swatch = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  swatch.setAttribute("viewBox", "0 0 16 6");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("class", path.getAttribute("class"));
  line.setAttribute("d", "M0 3h16");
  swatch.append(line);
  const cells = [swatch, name, short(point[3])].map((content) => {
    const cell = document.createElement("td");
    cell.append(content);
    return cell;
  });
  row.append(...cells);
  return row;
}

// Shows the values of all series at the x value that is nearest to a position in the drawing.
function show(plot, position, y) {
  const curves = curvesOf(plot);
  const xs = curves.flatMap(({ points }) => points.map(([left, , x]) => [left, x]));
  if (!xs.length) return hide();
  const near = (one, other) => Math.abs(one[0] - position) - Math.abs(other[0] - position);
  const [left, x] = xs.reduce((best, each) => (near(each, best) < 0 ? each : best));
  const entries = curves
    .map((curve) => ({ ...curve, point: curve.points.find((point) => point[2] === x) }))
    .filter(({ point }) => point);
  const svg = plot.querySelector("svg");
  const toScreen = svg.getScreenCTM();
  const level = y === undefined ? null : (y - toScreen.f) / toScreen.d;
  if (entries.length > MAX_LISTED && level !== null) {
    entries.sort((a, b) => Math.abs(a.point[1] - level) - Math.abs(b.point[1] - level));
  }
  const listed = entries.slice(0, MAX_LISTED).sort((a, b) => b.point[3] - a.point[3]);
  const heading = document.createElement("strong");
  heading.textContent = `${plot.dataset.xLabel} ${short(x)}`;
  const table = document.createElement("table");
  table.append(...listed.map(entry));
  readout.replaceChildren(heading, table);
  if (entries.length > listed.length) readout.append(`and ${entries.length - listed.length} more`);
  place(svg, toScreen, left);
  shown = { title: plot.closest("[data-chart]").dataset.chart, position: left };
}

// Puts the line at the x, and the values beside it, where the window has room.
function place(svg, toScreen, left) {
  const at = toScreen.e + left * toScreen.a;
  const top = toScreen.f + Number(svg.dataset.top) * toScreen.d;
  const bottom = toScreen.f + Number(svg.dataset.bottom) * toScreen.d;
  crosshair.hidden = readout.hidden = false;
  Object.assign(crosshair.style, { left: `${at}px`, top: `${top}px`, height: `${bottom - top}px` });
  const box = readout.getBoundingClientRect();
  const beside = at + 12 + box.width < innerWidth ? at + 12 : Math.max(4, at - 12 - box.width);
  const level = Math.min(Math.max(4, top), innerHeight - box.height - 4);
  Object.assign(readout.style, { left: `${beside}px`, top: `${level}px` });
}

const plotAt = (target) => target instanceof Element && target.closest("[data-plot]");

document.addEventListener("pointermove", ({ target, clientX, clientY }) => {
  const plot = plotAt(target);
  if (!plot?.querySelector("path[data-points]")) return shown && !plotAt(document.activeElement) && hide();
  const toScreen = plot.querySelector("svg").getScreenCTM();
  show(plot, (clientX - toScreen.e) / toScreen.a, clientY);
});

document.addEventListener("keydown", (event) => {
  const plot = plotAt(event.target);
  if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return hide();
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  if (!(event.key in steps)) return;
  const positions = [...new Set(curvesOf(plot).flatMap(({ points }) => points.map(([left]) => left)))];
  if (!positions.length) return;
  event.preventDefault();
  positions.sort((a, b) => a - b);
  const here = shown ? positions.indexOf(shown.position) : -1;
  const start = here < 0 && steps[event.key] < 0 ? positions.length : here;
  show(plot, positions[Math.min(positions.length - 1, Math.max(0, start + steps[event.key]))]);
});

document.addEventListener("focusout", ({ target }) => plotAt(target) && hide());
addEventListener("scroll", hide, { passive: true, capture: true });

// Legends: a press hides a series in all charts that the legend is for, and shows it again.

const hiddenSeries = new Set();
const scopeOf = (button) => button.closest("[data-charts], [data-chart]");
const keyOf = (scope, name) => `${scope.dataset.charts ?? scope.dataset.chart}\n${name}`;

function apply(scope, name, off) {
  for (const each of $$("[data-series]", scope)) {
    if (each.dataset.series === name) each.classList.toggle("is-off", off);
  }
}

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element && target.closest("[data-toggle-series]");
  if (!button) return;
  const scope = scopeOf(button);
  const off = button.getAttribute("aria-pressed") === "true";
  button.setAttribute("aria-pressed", String(!off));
  hiddenSeries[off ? "add" : "delete"](keyOf(scope, button.value));
  apply(scope, button.value, off);
});

// What is hidden stays so in a part of the page that has been replaced.
new MutationObserver(() => {
  for (const button of $$('[data-toggle-series][aria-pressed="true"]')) {
    const scope = scopeOf(button);
    if (!hiddenSeries.has(keyOf(scope, button.value))) continue;
    button.setAttribute("aria-pressed", "false");
    apply(scope, button.value, true);
  }
}).observe(document.querySelector("main"), { childList: true, subtree: true });

// A brush on an axis of parallel coordinates fills in the form below them, and sends it.

function valueAt(area, position) {
  const [low, high, start, end, kind] = area.dataset.axis.split(" ").map((each, index) => (index < 4 ? Number(each) : each));
  const part = (position - start) / (end - start);
  if (kind === "log") return 10 ** (Math.log10(low) * (1 - part) + Math.log10(high) * part);
  return low * (1 - part) + high * part;
}

let brush = null;

function dragTo(clientY) {
  const { svg, rect, from } = brush;
  const toScreen = svg.getScreenCTM();
  const level = (clientY - toScreen.f) / toScreen.d;
  brush.to = Math.min(Number(svg.dataset.bottom), Math.max(Number(svg.dataset.top), level));
  rect.setAttribute("y", Math.min(from ?? brush.to, brush.to));
  rect.setAttribute("height", Math.abs((from ?? brush.to) - brush.to));
}

function endBrush() {
  brush?.rect.remove();
  brush = null;
}

document.addEventListener("pointerdown", (event) => {
  const area = event.target instanceof Element && event.target.closest("[data-brush]");
  if (!area || event.button) return;
  event.preventDefault();
  const svg = area.ownerSVGElement;
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  rect.setAttribute("class", "brushed");
  for (const name of ["x", "width"]) rect.setAttribute(name, area.getAttribute(name));
  svg.append(rect);
  area.setPointerCapture(event.pointerId);
  brush = { area, svg, rect };
  dragTo(event.clientY);
  brush.from = brush.to;
});

document.addEventListener("pointermove", ({ clientY }) => brush && dragTo(clientY));
document.addEventListener("pointercancel", endBrush);
document.addEventListener("keydown", ({ key }) => key === "Escape" && endBrush());

document.addEventListener("pointerup", () => {
  if (!brush) return;
  const { area, from, to } = brush;
  const form = document.querySelector("[data-brush-form]");
  if (Math.abs(from - to) < 3) return endBrush();
  const [low, high] = [valueAt(area, Math.max(from, to)), valueAt(area, Math.min(from, to))];
  form.elements.brush.value = area.dataset.brush;
  form.elements.min.value = Number(low.toPrecision(5));
  form.elements.max.value = Number(high.toPrecision(5));
  brush = null;
  form.requestSubmit();
});
