// The proposal that waits: its figures in one bar, reviewing, publishing and dropping it.
import { address, post } from "./api.js";
import { ask } from "./dialogs.js";
import { el, say, toast } from "./dom.js";
import { refresh } from "./live.js";
import { planAgain } from "./plan.js";
import { daysWords } from "./plan_dialog.js";
import { askReview } from "./review.js";
import { bus, state, tell } from "./state.js";
import { duration, signed } from "./words.js";

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
    el("strong", { class: "mark shape-hatched", text: [gettext("Proposal"), proposal.weights, proposal.days > 1 ? daysWords(proposal.days) : ""].filter(Boolean).join(" · ") }),
    el("span", { class: "proposal-figures" }, ...figures(proposal).map((text) => el("span", { text }))),
    proposal.broken_promises.length ? el("span", { class: "mark tone-danger shape-clock", text: brokenWords(proposal) }) : null,
    proposal.late_promises.length ? el("span", { class: "mark tone-warning shape-clock", text: lateWords(proposal) }) : null,
    ...dayLinks(proposal),
    proposal.outdated ? el("span", { class: "mark tone-warning shape-triangle", text: gettext("Outdated: the day has changed since") }) : null,
    el("span", { class: "proposal-acts" }, show, button("review", gettext("Review"), () => review(proposal)), button("drop", gettext("Drop"), () => drop(proposal)),
      button("publish", gettext("Publish"), () => (needsLook(proposal) ? review(proposal) : publish(proposal)), proposal.outdated ? "" : "primary"),
      proposal.outdated ? button("again", gettext("Plan again"), planAgain, "primary") : null),
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

function brokenWords({ broken_promises: broken }) {
  return interpolate(ngettext("breaks %s promise", "breaks %s promises", broken.length), [broken.length]);
}

function lateWords({ late_promises: late }) {
  return interpolate(ngettext("%s promise stays late", "%s promises stay late", late.length), [late.length]);
}

function needsLook(proposal) {
  return proposal.broken_promises.length + proposal.late_promises.length > 0;
}

/** The other days on which a proposal of several days changes anything. */
function dayLinks({ dates }) {
  return dates.filter((one) => one.date !== state.day.date).map((one) => el("a", {
    href: `?date=${one.date}`,
    text: interpolate(ngettext("%(day)s: %(count)s change", "%(day)s: %(count)s changes", one.changes), { day: one.day, count: one.changes }, true),
  }));
}

/** What is decided is the proposal that was shown, whatever has come since; a reason that was written is kept. */
async function review(proposal, reason) {
  const { answer, newer, written } = await askReview(proposal, figures(proposal), reason);
  if (newer) await review(newer, written);
  else if (answer) await (proposal.outdated ? planAgain() : publish(proposal, answer.get("reason")?.trim()));
}

async function publish(proposal, reason = "") {
  try {
    await post(address("publish", proposal.id), reason ? { reason } : {});
    await refresh();
    const text = gettext("The plan is published. The technicians see it now.");
    toast(text, { tone: "tone-good shape-tick" });
    say(text);
  } catch (error) {
    await refresh();
    if (error.code === "plan_changed") await offerNewPlan(error);
    else if (error.code === "plan_replaced") offerNewer(error, reason);
    else toast(error.message, { tone: "tone-danger shape-triangle" });
  }
}

function offerNewer(refusal, reason) {
  const newer = state.day.proposal;
  toast(refusal.message, { tone: "tone-warning shape-triangle", act: newer && { label: gettext("Show it"), run: () => review(newer, reason) } });
  say(refusal.message);
}

async function offerNewPlan(refusal) {
  const answer = await ask({
    title: gettext("This proposal can’t be published as it is"),
    body: [
      el("ul", {}, ...refusal.changes.map((text) => el("li", { text }))),
      el("p", { text: gettext("Nothing was published. A new proposal starts from the day as it is now.") }),
    ],
    submit: gettext("Plan again"),
  });
  if (answer) await planAgain();
}

async function drop(proposal) {
  try {
    await post(address("drop", proposal.id));
    await refresh();
    toast(gettext("The proposal is dropped. The published routes are as they were."));
  } catch (error) {
    toast(error.message, { tone: "tone-danger shape-triangle" });
    await refresh();
  }
}
