// The proposal beside the published plan: promises it breaks, what it costs by part, who gets what, who drives more.
import { ask, reasonField } from "./dialogs.js";
import { el } from "./dom.js";
import { waysDetails } from "./explain.js";
import { bus, state } from "./state.js";
import { clock, duration, number, signed, span } from "./words.js";

const CHANGES = {
  new: () => gettext("new on a route"),
  technician: (row) => interpolate(gettext("instead of %s"), [row.from_technician]),
  day: (row) => interpolate(gettext("instead of %s"), [`${row.from_day} ${clock(row.from_starts)}`]),
  time: (row) => interpolate(gettext("instead of %s"), [clock(row.from_starts)]),
};

/**
 * Shows it. `answer` is the form, with the reason for broken promises, when it is to be published (or, outdated, made
 * anew); `newer` the proposal that came meanwhile and is to be shown instead, with the reason `written` so far.
 */
export async function askReview(proposal, figures, written) {
  const body = [
    el("p", { class: "muted", text: figures.join(" · ") }),
    el("p", { text: toldWords(proposal) }),
    ...brokenList(proposal),
    ...lateList(proposal),
    ...sinceList(proposal),
    ...unplannedList(proposal),
    ...changeList(proposal),
    ...costTables(proposal),
    ...drivingTable(proposal),
  ].filter(Boolean);
  const scrolls = el("div", { class: "review", tabindex: "0", role: "region", "aria-label": gettext("Changes") }, ...body);
  const reason = proposal.broken_promises.length && !proposal.outdated
    ? [reasonField(gettext("Why these promises are broken"), gettext("Each of these customers is told that the time can’t be kept. The reason stays in the history."), written || proposal.break_reason)] : [];
  const found = { newer: null, written };
  const news = newsOf(proposal, (newer) => {
    const field = reason[0]?.querySelector("textarea");
    Object.assign(found, { newer, written: field ? field.value : written });
    news.element.closest("dialog").close();
  });
  const answer = await ask({
    title: gettext("Proposal beside the published plan"), body: [news.element, scrolls, ...reason],
    submit: proposal.outdated ? gettext("Plan again") : gettext("Publish"),
  });
  news.stop();
  return { ...found, answer };
}

/** Says while the review is open that this proposal waits no more; `show` is called with the one that came instead. */
function newsOf(proposal, show) {
  const element = el("div", { class: "review-news", role: "status" });
  let told = proposal.id;
  const look = () => {
    const newer = state.day.proposal;
    if ((newer?.id ?? null) === told) return;
    told = newer?.id ?? null;
    if (told === proposal.id) {
      element.replaceChildren();
      return;
    }
    const text = newer ? gettext("A newer proposal has come since this was opened. This one can’t be published any more.") : gettext("This proposal has been decided meanwhile.");
    element.replaceChildren(el("div", { class: "note tone-warning" }, el("p", { text }),
      newer ? el("button", { type: "button", class: "compact", text: gettext("Show the newer one"), on: { click: () => show(newer) } }) : null));
  };
  bus.addEventListener("day", look);
  look();
  return { element, stop: () => bus.removeEventListener("day", look) };
}

/** `numbers`: how many of the last columns hold numbers. `stacks`: on a narrow page each row becomes a block. */
function table(caption, heads, rows, { numbers = 0, foot = null, stacks = true } = {}) {
  const from = heads.length - numbers;
  const look = (index) => (index >= from ? "number" : null);
  const line = (cells, tag) => el("tr", {}, ...cells.map((cell, index) => el(tag && !index ? tag : "td", { class: look(index), scope: tag && !index ? "row" : null }, cell)));
  return el("div", { class: "table-wrap" }, el("table", { class: stacks ? "stacks" : null }, el("caption", { class: "sr-only", text: caption }),
    el("thead", {}, el("tr", {}, ...heads.map((text, index) => el("th", { scope: "col", class: look(index), text })))),
    el("tbody", {}, ...rows.map((cells) => line(cells))),
    foot ? el("tfoot", {}, line(foot, "th")) : null));
}

function lane(row) {
  return el("span", { class: "lane-dot", data: { lane: row.lane }, text: row.technician });
}

function toldWords({ told }) {
  if (!told) return gettext("Publishing sends no message to customers about who comes.");
  return interpolate(ngettext("After publishing, about %s customer is told who comes.", "After publishing, about %s customers are told who comes.", told), [told]);
}

function brokenList({ broken_promises: broken }) {
  if (!broken.length) return [];
  return [
    el("h3", { class: "mark tone-danger shape-clock", text: gettext("Promises that it breaks") }),
    table(gettext("Promises that it breaks"), [gettext("Customer"), gettext("Promised"), gettext("Planned instead")],
      broken.map((row) => [row.customer, `${row.day} ${span(row.window.starts, row.window.ends, row.zone)}`,
        row.starts ? `${row.new_day} ${clock(row.starts, row.zone)}` : gettext("no place on any route")])),
  ];
}

function lateList({ late_promises: late }) {
  if (!late.length) return [];
  return [
    el("h3", { class: "mark tone-warning shape-clock", text: gettext("Promises that stay late") }),
    table(gettext("Promises that stay late"), [gettext("Customer"), gettext("Promised"), gettext("Planned"), gettext("Late")],
      late.map((row) => [row.customer, `${row.day} ${span(row.window.starts, row.window.ends, row.zone)}`, `${row.new_day} ${clock(row.starts, row.zone)}`, duration(row.late_s)]), { numbers: 1 }),
    el("p", { class: "small muted", text: gettext("They can’t be kept any more. Publishing withdraws none of them and tells nobody of the delay: call these customers.") }),
  ];
}

function sinceList(proposal) {
  if (!proposal.outdated) return [];
  return [
    el("h3", { text: gettext("Changed since this proposal was made") }),
    proposal.since.length ? el("ul", {}, ...proposal.since.map((row) => el("li", { text: `${row.customer}: ${row.words.join(", ")}` }))) : null,
    el("p", { class: "muted", text: gettext("Plan again to start from the day as it is now.") }),
  ];
}

function unplannedList({ id, unplanned }) {
  if (!unplanned.length) return [];
  return [
    el("h3", { text: gettext("Stay unplanned") }),
    table(gettext("Stay unplanned"), [gettext("Customer"), gettext("Why"), gettext("Who could not")],
      unplanned.map((row) => [row.customer, row.reason, el("span", {}, row.blockers.map((one) => `${one.label}: ${one.names.join(", ")}`).join("; "), row.located ? waysDetails(row.appointment, { plan: id }) : null)])),
  ];
}

function changeList(proposal) {
  const changes = [...proposal.changes].sort((a, b) => a.technician.localeCompare(b.technician) || a.starts.localeCompare(b.starts));
  const title = el("h3", { text: gettext("Who gets what") });
  if (!changes.length) return [title, el("p", { class: "muted", text: gettext("Nothing moves.") })];
  const when = (row) => (proposal.days > 1 ? `${row.day} ${clock(row.starts)}` : clock(row.starts));
  return [title, table(gettext("Who gets what"), [gettext("Customer"), gettext("Technician"), gettext("Time"), gettext("Change"), gettext("Promised")],
    changes.map((row) => [row.customer, lane(row), when(row), el("span", { class: "review-promise" }, changeWords(row), sinceMark(row)), promised(row)]))];
}

function changeWords(row) {
  const words = CHANGES[row.change](row);
  if (row.change === "technician" && row.from_starts && row.from_starts !== row.starts) return `${words}, ${row.from_day ? `${row.from_day} ` : ""}${clock(row.from_starts)}`;
  return words;
}

function promised(row) {
  if (!row.window) return "";
  const marks = [];
  if (row.outside_promise) marks.push(el("span", { class: "mark small tone-danger shape-clock", text: gettext("outside the promise") }));
  if (row.change === "technician") marks.push(el("span", { class: "mark small tone-info shape-dot", text: gettext("another technician") }));
  return el("span", { class: "review-promise" }, span(row.window.starts, row.window.ends), ...marks);
}

function sinceMark(row) {
  return row.since.length ? el("span", { class: "mark small tone-warning shape-triangle", text: interpolate(gettext("since then: %s"), [row.since.join(", ")]) }) : null;
}

/** Prices are seconds of driving; a table of them reads best in minutes. */
function price(seconds) {
  return number(Math.round(seconds / 60));
}

function change(before, after) {
  const minutes = Math.round(after / 60) - Math.round(before / 60);
  if (!minutes) return "0";
  return (minutes < 0 ? "−" : "+") + number(Math.abs(minutes));
}

function partLabel(row, { before, after }) {
  if (row.part !== "overtime") return row.label;
  return `${row.label} (${duration(before.overtime_s ?? 0)} → ${duration(after.overtime_s ?? 0)})`;
}

function costTables(proposal) {
  const { cost } = proposal;
  if (!cost) return [];
  const heads = [gettext("Part"), gettext("Before"), gettext("After"), gettext("Difference")];
  const figures = (row) => [price(row.before_s), price(row.after_s), change(row.before_s, row.after_s)];
  return [
    el("h3", { text: gettext("What it costs") }),
    el("p", { class: "small muted", text: gettext("All in minutes of driving: what the planner makes small. The chosen weights say how much each part counts.") }),
    table(gettext("What it costs"), heads, cost.parts.map((row) => [partLabel(row, proposal), ...figures(row)]), { numbers: 3, stacks: false, foot: [gettext("Together"), ...figures(cost)] }),
    cost.technicians.length ? table(gettext("What it costs by technician"), [gettext("Technician"), gettext("Why"), ...heads.slice(1)],
      cost.technicians.map((row) => [lane(row), partWords(row.parts), ...figures(row)]), { numbers: 3 }) : null,
  ];
}

function partWords(parts) {
  return parts.map((row) => `${row.label} ${change(row.before_s, row.after_s)}`).join(", ");
}

function drivingTable({ drivers }) {
  if (!drivers.length) return [];
  return [
    el("h3", { text: gettext("Driving") }),
    table(gettext("Driving"), [gettext("Technician"), gettext("Stops"), gettext("Driving"), gettext("Difference")],
      drivers.map((row) => [lane(row), `${row.before_stops} → ${row.after_stops}`, `${duration(row.before_s)} → ${duration(row.after_s)}`, signed(row.after_s - row.before_s)]), { numbers: 3 }),
  ];
}
