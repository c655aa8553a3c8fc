// What waits: unplanned appointments, what needs the dispatcher now, and cases without a visit.
import { el, mark } from "./dom.js";
import { addresses } from "./api.js";
import { waysDetails } from "./explain.js";
import { bus, select, state } from "./state.js";
import { clock, dueWords, duration, span } from "./words.js";

const PRIORITY_LOOKS = { 1: "tone-muted shape-ring", 2: "tone-muted shape-dot", 4: "tone-warning shape-triangle", 8: "tone-danger shape-triangle" };
const ALERT_LOOKS = { late: "tone-danger shape-clock", at_risk: "tone-warning shape-triangle", overtime: "tone-warning shape-clock", absence: "tone-danger shape-triangle" };
const SORTS = { priority: (a, b) => b.priority - a.priority || due(a) - due(b), due: (a, b) => due(a) - due(b) || b.priority - a.priority };

let box;
let body;
let tab = "unplanned";
let sort = "priority";
let drawn = "";
const unfolded = new Set(); // appointments whose ways to fit in are shown

function due(row) {
  return row.due ? new Date(row.due).getTime() : Number.MAX_SAFE_INTEGER;
}

export function setUpTray(element) {
  box = element;
  body = el("div", { class: "tray-body", role: "tabpanel", "aria-label": gettext("Waiting") });
  box.append(el("div", { class: "tray-tabs", role: "tablist" }), body);
  bus.addEventListener("select", markSelected);
}

export function drawTray() {
  const { tray, alerts, cases, case_count: caseCount } = state.day;
  const json = JSON.stringify([tray, alerts, cases, caseCount, tab, sort]);
  if (json === drawn) return;
  drawn = json;
  const tabs = [["unplanned", gettext("Unplanned"), tray.length], ["alerts", gettext("Alerts"), alerts.length], ["cases", gettext("Cases"), caseCount]];
  const hadFocus = box.querySelector(".tray-tabs").contains(document.activeElement);
  box.querySelector(".tray-tabs").replaceChildren(...tabs.map(([name, label, count]) => tabButton(name, label, count)));
  if (hadFocus) box.querySelector('[aria-selected="true"]').focus();
  const focused = document.activeElement?.closest?.("[data-entry]")?.dataset.entry;
  const top = body.scrollTop;
  body.replaceChildren(...{ unplanned: unplannedList, alerts: alertList, cases: caseList }[tab]());
  body.scrollTop = top;
  if (focused) body.querySelector(`[data-entry="${focused}"]`)?.focus({ preventScroll: true });
  markSelected();
}

function tabButton(name, label, count) {
  const loud = name === "alerts" && count > 0 ? " tone-warning shape-triangle mark" : "";
  const choose = () => {
    tab = name;
    drawTray();
  };
  const keys = (event) => {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    const other = event.key === "ArrowRight" ? event.currentTarget.nextSibling : event.currentTarget.previousSibling;
    other?.click();
    box.querySelector('[aria-selected="true"]').focus();
  };
  return el("button", {
    type: "button", role: "tab", class: `quiet${loud}`, "aria-selected": String(tab === name), tabindex: tab === name ? null : "-1",
    on: { click: choose, keydown: keys },
  }, label, el("span", { class: "count", text: count }));
}

function unplannedList() {
  const entries = [...state.day.tray].sort(SORTS[sort]);
  if (!entries.length) {
    const text = gettext("Everything has its place. To free a visit, drag it here.");
    return [el("p", { class: "tray-empty muted", text })];
  }
  const change = (event) => {
    sort = event.target.value;
    drawTray();
  };
  const options = [["priority", gettext("by priority")], ["due", gettext("by due date")]];
  const list = el("select", { "aria-label": gettext("Order"), class: "compact", on: { change } },
    ...options.map(([value, text]) => el("option", { value, text, selected: value === sort })));
  return [el("div", { class: "tray-sort" }, list), ...entries.map(card)];
}

function card(row) {
  const words = dueWords(row.due);
  const blockers = row.blockers.map((one) => `${one.label}: ${one.names.join(", ")}`).join("\n");
  const open = (event) => {
    if (!event.target.closest("details")) select(row.appointment, "tray");
  };
  return el("article", { class: "entry", data: { entry: row.appointment }, tabindex: "0", "aria-keyshortcuts": "M",
    "aria-label": `${row.customer}, ${row.visit_type}, ${row.reason}`,
    on: { click: open, keydown: (event) => { if ((event.key === "Enter" || event.key === " ") && event.target === event.currentTarget) { event.preventDefault(); open(event); } } } },
  el("div", { class: "entry-head" }, el("strong", { text: row.customer }), el("span", { class: "small muted", text: duration(row.duration_s) })),
  el("p", { class: "small entry-line", text: `${row.visit_type} · ${row.address}` }),
  el("p", { class: "entry-marks" },
    row.priority > 2 ? mark(PRIORITY_LOOKS[row.priority], row.priority_label) : null,
    row.due ? mark(words.look, words.text) : null,
    row.window ? mark("tone-info shape-dot", interpolate(gettext("promised %s"), [span(row.window.starts, row.window.ends)])) : null),
  el("p", { class: "small muted", text: row.reason, title: blockers || null }),
  blockers ? el("details", { class: "small blockers" }, el("summary", { text: gettext("Who could not") }),
    ...row.blockers.map((one) => el("p", {}, el("b", { text: `${one.label}: ` }), one.names.join(", ")))) : null,
  row.located ? waysDetails(row.appointment, { open: unfolded.has(row.appointment), onToggle: (open) => (open ? unfolded.add(row.appointment) : unfolded.delete(row.appointment)) }) : null);
}

function alertList() {
  if (!state.day.alerts.length) return [el("p", { class: "tray-empty muted", text: gettext("Nothing is late or at risk.") })];
  const cards = state.day.alerts.map((stop) => el("button", { type: "button", class: "entry entry-button", on: { click: () => select(stop.appointment, "tray") } },
    el("span", { class: "entry-head" }, el("strong", { text: stop.customer }), el("span", { class: "small muted", text: clock(stop.starts) })),
    el("span", { class: "small entry-line", text: stop.technician }),
    mark(ALERT_LOOKS[stop.trouble], stop.trouble_label)));
  if (!state.day.alerts.some((stop) => stop.trouble === "absence")) return cards;
  const plan = document.querySelector("[data-plan]");
  return [...cards,
    el("p", { class: "small muted tray-empty", text: gettext("Open a visit to move it, or let the planner find new places for all that no longer fit.") }),
    plan ? el("button", { type: "button", class: "button", text: gettext("Plan again"), on: { click: () => plan.click() } }) : null].filter(Boolean);
}

function caseList() {
  const cases = state.day.cases;
  if (!cases.length) return [el("p", { class: "tray-empty muted", text: gettext("No case waits for a visit.") })];
  const cards = cases.map((row) => {
    const words = dueWords(row.due);
    return el("a", { class: "entry entry-link", href: addresses.case.replace("{id}", row.id) },
      el("span", { class: "entry-head" }, el("strong", { text: row.customer }), el("span", { class: "small muted", text: row.code })),
      el("span", { class: "small entry-line", text: row.symptom || row.address }),
      el("span", { class: "entry-marks" },
        row.priority > 2 ? mark(PRIORITY_LOOKS[row.priority], row.priority_label) : null, row.due ? mark(words.look, words.text) : null));
  });
  const more = state.day.case_count - cases.length;
  if (more > 0) cards.push(el("a", { class: "button quiet", href: addresses.cases, text: interpolate(gettext("%s more"), [more]) }));
  return cards;
}

function markSelected() {
  for (const one of body.querySelectorAll("[data-entry]")) one.classList.toggle("is-selected", Number(one.dataset.entry) === state.selected);
}
