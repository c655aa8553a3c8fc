// The proposal that waits: its figures in one bar, its changes in a table, publishing and dropping it.
import { address, post } from "./api.js";
import { ask } from "./dialogs.js";
import { el, say, toast } from "./dom.js";
import { refresh } from "./live.js";
import { requestPlan } from "./plan.js";
import { bus, state, tell } from "./state.js";
import { clock, duration, number, signed, span } from "./words.js";

let bar;
let drawn = "";

export function setUpProposal(element) {
  bar = element;
  bus.addEventListener("day", draw);
  bus.addEventListener("proposal", draw);
  draw();
}

function draw() {
  const proposal = state.day.proposal;
  const json = JSON.stringify([proposal, state.showProposal]);
  if (json === drawn) return;
  drawn = json;
  bar.hidden = !proposal;
  if (!proposal) {
    if (state.showProposal) toggle();
    bar.replaceChildren();
    return;
  }
  const focused = bar.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const button = (key, text, act, kind = "") => el("button", { type: "button", class: `compact ${kind}`, text, data: { key }, on: { click: act } });
  const show = button("show", gettext("Show on the board"), toggle);
  show.setAttribute("aria-pressed", String(state.showProposal));
  bar.replaceChildren(...[
    el("strong", { class: "mark shape-hatched", text: gettext("Proposal") }),
    el("span", { class: "proposal-figures" }, ...figures(proposal).map((text) => el("span", { text }))),
    proposal.outdated ? el("span", { class: "mark tone-warning shape-triangle", text: gettext("Outdated: the day has changed since") }) : null,
    el("span", { class: "proposal-acts" }, show, button("review", gettext("Review"), review), button("drop", gettext("Drop"), drop),
      button("publish", gettext("Publish"), publish, proposal.outdated ? "" : "primary"),
      proposal.outdated ? button("again", gettext("Plan again"), requestPlan, "primary") : null),
  ].filter(Boolean));
  if (focused) bar.querySelector(`[data-key="${focused}"]`)?.focus();
}

function figures(proposal) {
  const { before, after, changes } = proposal;
  return [
    interpolate(ngettext("%s stop changes", "%s stops change", changes.length), [changes.length]),
    interpolate(gettext("driving %(before)s → %(after)s (%(difference)s)"), {
      before: duration(before.travel_s ?? 0), after: duration(after.travel_s ?? 0), difference: signed((after.travel_s ?? 0) - (before.travel_s ?? 0)),
    }, true),
    interpolate(gettext("unplanned %(before)s → %(after)s"), { before: before.unplanned ?? 0, after: after.unplanned ?? 0 }, true),
    interpolate(gettext("overtime %(before)s → %(after)s"), { before: duration(before.overtime_s ?? 0), after: duration(after.overtime_s ?? 0) }, true),
  ];
}

export function toggle() {
  state.showProposal = !state.showProposal;
  tell("proposal");
}

const CHANGES = {
  new: () => gettext("new on a route"),
  technician: (row) => interpolate(gettext("instead of %s"), [row.from_technician]),
  time: (row) => interpolate(gettext("instead of %s"), [clock(row.from_starts)]),
};

function table(caption, heads, rows) {
  return el("table", {}, el("caption", { class: "sr-only", text: caption }),
    el("thead", {}, el("tr", {}, ...heads.map((text) => el("th", { scope: "col", text })))),
    el("tbody", {}, ...rows.map((cells) => el("tr", {}, ...cells.map((cell) => el("td", {}, cell))))));
}

function lane(row) {
  return el("span", { class: "lane-dot", data: { lane: row.lane }, text: row.technician });
}

/** The planner's own measure, for whoever wants it: its title says what it adds up. */
function cost({ before, after }) {
  const text = interpolate(gettext("cost %(before)s → %(after)s"), { before: number(before.cost ?? 0), after: number(after.cost ?? 0) }, true);
  const title = gettext("What the planner makes small: seconds of driving plus the price of what stays out");
  return el("abbr", { title, text });
}

function toldWords({ told }) {
  if (!told) return gettext("Publishing sends no message to customers about who comes.");
  return interpolate(ngettext("After publishing, about %s customer is told who comes.", "After publishing, about %s customers are told who comes.", told), [told]);
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

function sinceList(proposal) {
  if (!proposal.outdated) return [];
  return [
    el("h3", { text: gettext("Changed since this proposal was made") }),
    proposal.since.length ? el("ul", {}, ...proposal.since.map((row) => el("li", { text: `${row.customer}: ${row.words.join(", ")}` }))) : null,
    el("p", { class: "muted", text: gettext("Plan again to start from the day as it is now.") }),
  ];
}

async function review() {
  const { proposal } = state.day;
  const changes = [...proposal.changes].sort((a, b) => a.technician.localeCompare(b.technician) || a.starts.localeCompare(b.starts));
  const body = [
    el("p", { class: "muted", text: `${figures(proposal).join(" · ")} · ` }),
    el("p", { text: toldWords(proposal) }),
    ...sinceList(proposal),
    proposal.unplanned.length ? el("h3", { text: gettext("Stay unplanned") }) : null,
    proposal.unplanned.length ? table(gettext("Stay unplanned"), [gettext("Customer"), gettext("Why"), gettext("Who could not")],
      proposal.unplanned.map((row) => [row.customer, row.reason, row.blockers.map((one) => `${one.label}: ${one.names.join(", ")}`).join("; ")])) : null,
    el("h3", { text: gettext("Who gets what") }),
    changes.length ? table(gettext("Who gets what"), [gettext("Customer"), gettext("Technician"), gettext("Time"), gettext("Change"), gettext("Promised")],
      changes.map((row) => [row.customer, lane(row), clock(row.starts), el("span", { class: "review-promise" }, changeWords(row), sinceMark(row)), promised(row)])) : el("p", { class: "muted", text: gettext("Nothing moves.") }),
    el("h3", { text: gettext("Driving") }),
    table(gettext("Driving"), [gettext("Technician"), gettext("Stops"), gettext("Driving"), gettext("Difference")],
      proposal.drivers.map((row) => [lane(row), `${row.before_stops} → ${row.after_stops}`, `${duration(row.before_s)} → ${duration(row.after_s)}`, signed(row.after_s - row.before_s)])),
  ].filter(Boolean);
  body[0].append(cost(proposal));
  const scrolls = el("div", { class: "review", tabindex: "0", role: "region", "aria-label": gettext("Changes") }, ...body);
  const answer = await ask({ title: gettext("Proposal beside the published plan"), body: [scrolls], submit: proposal.outdated ? gettext("Plan again") : gettext("Publish") });
  if (answer) await (proposal.outdated ? requestPlan() : publish());
}

function changeWords(row) {
  const words = CHANGES[row.change](row);
  if (row.change === "technician" && row.from_starts && row.from_starts !== row.starts) return `${words}, ${clock(row.from_starts)}`;
  return words;
}

async function publish() {
  const { id } = state.day.proposal;
  try {
    await post(address("publish", id));
    await refresh();
    const text = gettext("The plan is published. The technicians see it now.");
    toast(text, { tone: "tone-good shape-tick" });
    say(text);
  } catch (error) {
    await refresh();
    if (error.code === "plan_changed") await offerNewPlan(error);
    else toast(error.message, { tone: "tone-danger shape-triangle" });
  }
}

async function offerNewPlan(refusal) {
  const answer = await ask({
    title: gettext("The day has changed since this proposal was made"),
    body: [
      el("ul", {}, ...refusal.changes.map((text) => el("li", { text }))),
      el("p", { text: gettext("Nothing was published. A new proposal starts from the day as it is now.") }),
    ],
    submit: gettext("Plan again"),
  });
  if (answer) await requestPlan();
}

async function drop() {
  try {
    await post(address("drop", state.day.proposal.id));
    await refresh();
    toast(gettext("The proposal is dropped. The published routes are as they were."));
  } catch (error) {
    toast(error.message, { tone: "tone-danger shape-triangle" });
    await refresh();
  }
}
