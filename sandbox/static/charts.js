// The `data_visualization` block as inline SVG, redrawn for the width it has, with the same figures as a table.

import { h, s, uid } from "./dom.js";
import { number, t } from "./i18n.js";

const HEIGHT = 260;
const MAX_LABELS = 14;

/** A figure with title, chart, legend, and a button that shows the figures as a table instead. */
export function chartNode(block) {
  const chart = block.chart ?? {};
  const drawing = h("div", { class: "chart-drawing" });
  const table = h("div", { class: "chart-table table-wrap", hidden: true }, dataTable(chart));
  const titleId = uid("chart");
  const toggle = h(
    "button",
    {
      type: "button",
      class: "link-button",
      "aria-pressed": "false",
      on: { click: () => flip(toggle, table, [drawing, legend]) },
    },
    t("showTable"),
  );
  const legend = chart.type !== "pie" && (chart.series ?? []).length > 1 && legendNode(chart.series.map(({ name }) => name));
  observe(drawing, (width) => drawing.replaceChildren(draw(block, chart, width)));
  return h("figure", { class: "chart", "aria-labelledby": titleId },
    h("figcaption", {}, h("span", { id: titleId, class: "chart-title" }, block.title), toggle), drawing, legend, table);
}

function flip(toggle, table, pictures) {
  table.hidden = !table.hidden;
  for (const picture of pictures) if (picture) picture.hidden = !table.hidden;
  toggle.textContent = t(table.hidden ? "showTable" : "showChart");
  toggle.setAttribute("aria-pressed", String(!table.hidden));
}

function observe(node, paint) {
  let drawn = 0;
  new ResizeObserver(([{ contentRect }]) => {
    const width = Math.round(contentRect.width);
    if (width && width !== drawn) paint((drawn = width));
  }).observe(node);
}

function draw(block, chart, width) {
  const kind = chart.type in DRAW ? chart.type : "bar";
  const props = {
    class: `chart-${kind}`,
    width,
    height: HEIGHT,
    viewBox: `0 0 ${width} ${HEIGHT}`,
    role: "img",
    "aria-label": t("chartAlt", { kind: t(kind), title: block.title, data: spoken(chart) }),
  };
  return s("svg", props, DRAW[kind](chart, width));
}

function spoken(chart) {
  const say = (points) => points.map(({ label, value }) => `${label} ${number(value)}`).join(", ");
  if (chart.segments) return say(chart.segments);
  return (chart.series ?? []).map(({ name, data }) => `${name}: ${say(data ?? [])}`).join("; ");
}

function dataTable(chart) {
  const total = (chart.segments ?? []).reduce((sum, { value }) => sum + value, 0);
  const head = chart.segments ? [t("category"), t("value"), t("share")] : [chart.axis_config?.x_label || t("category"), ...(chart.series ?? []).map(({ name }) => name)];
  const rows = chart.segments
    ? chart.segments.map(({ label, value }) => [label, number(value), percent(value, total)])
    : categories(chart).map((label) => [label, ...chart.series.map((series) => shown(valueAt(series, label)))]);
  const headCells = head.map((text, i) => h("th", { scope: "col", class: i && "align-right" }, text));
  const bodyRow = ([label, ...values]) =>
    h("tr", {}, h("th", { scope: "row" }, label), values.map((value) => h("td", { class: "align-right" }, value)));
  return h("table", {}, h("thead", {}, h("tr", {}, headCells)), h("tbody", {}, rows.map(bodyRow)));
}

const shown = (value) => (value == null ? "–" : number(value));
const percent = (value, total) => `${number(total ? (100 * value) / total : 0, 0)}%`;
const categories = (chart) => chart.axis_config?.categories ?? (chart.series?.[0]?.data ?? []).map(({ label }) => label);
const valueAt = (series, label) => (series.data ?? []).find((point) => point.label === label)?.value;

const legendNode = (names) =>
  h(
    "ul",
    { class: "chart-legend", "aria-hidden": "true" },
    names.map((name, i) => h("li", {}, h("span", { class: `swatch c${i % 12}` }), name)),
  );

// Axes ------------------------------------------------------------------------------------------------

function ticks(low, high) {
  const rough = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const values = [];
  for (let value = Math.floor(low / step) * step; value < high + step * 0.999; value += step) values.push(Number(value.toPrecision(12)));
  return values;
}

/** Width of a text in 11.5 px type, near enough for layout: CJK is square. */
export const textWidth = (text) => [...text].reduce(
  (sum, char) => sum + (char.codePointAt(0) > 0x2e7f ? 11.5 : 6.2),
  0,
);

/** Whether bars look like points of a hundred: an axis that ends just above them would flatter. */
const isOfHundred = ({ type }, values) => type === "bar" && Math.min(...values) >= 0 && Math.max(...values) > 60 && Math.max(...values) <= 100;

function plot(chart, width) {
  const labels = categories(chart);
  const values = (chart.series ?? []).flatMap(({ data }) => (data ?? []).map(({ value }) => value));
  const scale = ticks(Math.min(0, ...values), isOfHundred(chart, values) ? 100 : Math.max(0, ...values));
  const axis = chart.axis_config ?? {};
  const left = 14 + Math.max(...scale.map((value) => textWidth(number(value)))) + (axis.y_label ? 18 : 0);
  const slot = (width - left - 10) / Math.max(labels.length, 1);
  const slanted = labels.some((label) => wrap(label, slot - 6).length > 2);
  const longest = Math.min(Math.max(...labels.map(textWidth), 0), 110);
  const foot = (slanted ? 16 + longest * 0.62 : 9 + 14 * Math.max(...labels.map((label) => wrap(label, slot - 6).length), 1)) + (axis.x_label ? 18 : 0);
  const box = { left, top: 16, right: width - 10, bottom: HEIGHT - foot };
  const y = (value) => box.bottom - ((value - scale[0]) / (scale.at(-1) - scale[0])) * (box.bottom - box.top);
  return { labels, scale, axis, slot, slanted, box, y, x: (i) => left + slot * (i + 0.5) };
}

function wrap(label, room) {
  if (textWidth(label) <= room) return [label];
  const words = label.includes(" ") ? label.split(" ") : [...label];
  const glue = label.includes(" ") ? " " : "";
  const rows = [""];
  for (const word of words) {
    const longer = rows.at(-1) ? rows.at(-1) + glue + word : word;
    if (textWidth(longer) <= room || !rows.at(-1)) rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return rows.some((row) => textWidth(row) > room) ? [label, "", ""] : rows;
}

function axes({ labels, scale, axis, slot, slanted, box, x, y }) {
  const grid = scale.map((value) => [
    s("line", { class: value === 0 ? "axis" : "grid", x1: box.left, x2: box.right, y1: y(value), y2: y(value) }),
    s("text", { class: "tick", x: box.left - 8, y: y(value) + 4, "text-anchor": "end" }, number(value)),
  ]);
  const names = labels.map((label, i) => {
    const top = box.bottom + 16;
    if (slanted) return s(
      "text",
      { class: "tick", "text-anchor": "end", transform: `translate(${x(i) + 4} ${top - 2}) rotate(-38)` },
      shorten(label),
    );
    return wrap(label, slot - 6).map((row, n) => s(
      "text",
      { class: "tick", "text-anchor": "middle", x: x(i), y: top + n * 14 },
      row,
    ));
  });
  const middle = (box.top + box.bottom) / 2;
  return s("g", { "aria-hidden": "true" }, grid, names,
    axis.x_label && s(
      "text",
      { class: "axis-label", "text-anchor": "middle", x: (box.left + box.right) / 2, y: HEIGHT - 4 },
      axis.x_label,
    ),
    axis.y_label && s("text", { class: "axis-label", "text-anchor": "middle", transform: `translate(12 ${middle}) rotate(-90)` }, axis.y_label));
}

const shorten = (label) => (textWidth(label) > 110 ? `${label.slice(0, 15)}…` : label);
const tip = (series, label, value) => s(
  "title",
  {},
  `${series.name ? `${series.name} · ` : ""}${label}: ${number(value)}`,
);
const valueText = (x, y, value) => s("text", { class: "value", x, y, "text-anchor": "middle" }, number(value, 1));

// Kinds -----------------------------------------------------------------------------------------------

const DRAW = {
  bar,
  line: (chart, width) => lines(chart, width, false),
  area: (chart, width) => lines(chart, width, true),
  pie,
};

function bar(chart, width) {
  const p = plot(chart, width);
  const group = Math.min(p.slot * 0.72, 64 * chart.series.length);
  const thick = group / chart.series.length;
  const gap = chart.series.length > 1 ? 2 : 0;
  const zero = p.y(0);
  const widest = Math.max(...chart.series.flatMap(({ data }) => (data ?? []).map(({ value }) => textWidth(number(value, 1)))));
  const roomy = thick + 4 >= widest && p.labels.length * chart.series.length <= MAX_LABELS * 2;
  const bars = chart.series.flatMap((series, n) =>
    p.labels.map((label, i) => {
      const value = valueAt(series, label);
      if (value == null) return null;
      const x = p.x(i) - group / 2 + n * thick + gap / 2;
      const top = Math.min(p.y(value), zero);
      const d = barPath(x, top, thick - gap, Math.abs(p.y(value) - zero), value < 0);
      const shape = s("path", { class: `bar c${n % 12}`, d }, tip(series, label, value));
      return s("g", {}, shape, roomy && valueText(x + (thick - gap) / 2, value < 0 ? p.y(value) + 13 : top - 5, value));
    }),
  );
  return [axes(p), bars.filter(Boolean)];
}

function barPath(x, y, w, tall, down) {
  const r = Math.min(4, w / 2, tall);
  if (down) return `M${x} ${y}h${w}v${tall - r}q0 ${r} ${-r} ${r}h${2 * r - w}q${-r} 0 ${-r} ${-r}z`;
  return `M${x} ${y + tall}v${r - tall}q0 ${-r} ${r} ${-r}h${w - 2 * r}q${r} 0 ${r} ${r}v${tall - r}z`;
}

function lines(chart, width, filled) {
  const p = plot(chart, width);
  const labelled = chart.series.length === 1 && p.labels.length <= MAX_LABELS;
  const parts = chart.series.map((series, n) => {
    const points = p.labels.map((label, i) => ({ label, value: valueAt(series, label), x: p.x(i) })).filter(({ value }) => value != null);
    const path = points.map(({ x, value }, i) => `${i ? "L" : "M"}${x} ${p.y(value)}`).join("");
    const fill = filled && points.length > 0 && s(
      "path",
      { class: `area c${n % 12}`, d: `${path}L${points.at(-1).x} ${p.y(0)}L${points[0].x} ${p.y(0)}z` },
    );
    return s("g", {}, fill, s("path", { class: `line c${n % 12}`, d: path }),
      points.map(({ label, value, x }) => s(
        "circle",
        { class: `dot c${n % 12}`, cx: x, cy: p.y(value), r: 3.5 },
        tip(series, label, value),
      )),
      labelled && points.map(({ value, x }) => valueText(x, p.y(value) - 9, value)));
  });
  return [axes(p), parts];
}

function pie(chart, width) {
  const segments = chart.segments ?? [];
  const total = segments.reduce((sum, { value }) => sum + value, 0) || 1;
  const radius = Math.min(HEIGHT / 2 - 14, width * 0.24);
  const centre = { x: radius + 14, y: HEIGHT / 2 };
  let turn = 0;
  const slices = segments.map(({ label, value }, i) => {
    const from = turn;
    turn += value / total;
    return s(
      "path",
      { class: `slice c${i % 12}`, d: slicePath(centre, radius, radius * 0.56, from, Math.min(turn, from + 0.99999)) },
      tip({}, label, value),
    );
  });
  const left = centre.x + radius + 28;
  const row = Math.min(26, (HEIGHT - 20) / Math.max(segments.length, 1));
  const first = HEIGHT / 2 - (row * (segments.length - 1)) / 2;
  const names = segments.map(({ label, value }, i) => s("g", { "aria-hidden": "true" },
    s("rect", { class: `swatch c${i % 12}`, x: left, y: first + i * row - 6, width: 12, height: 12, rx: 3 }),
    s("text", { class: "slice-label", x: left + 20, y: first + i * row + 4 }, label, s("tspan", { class: "muted", dx: 8 }, `${number(value)} · ${percent(value, total)}`))));
  return [slices, names];
}

function slicePath({ x, y }, outer, inner, from, to) {
  const at = (radius, part) => `${x + radius * Math.sin(2 * Math.PI * part)} ${y - radius * Math.cos(2 * Math.PI * part)}`;
  const large = to - from > 0.5 ? 1 : 0;
  return `M${at(outer, from)}A${outer} ${outer} 0 ${large} 1 ${at(outer, to)}L${at(inner, to)}A${inner} ${inner} 0 ${large} 0 ${at(inner, from)}z`;
}
