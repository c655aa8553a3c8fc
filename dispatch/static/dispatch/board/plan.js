// "Plan the day", with the usual settings or with chosen ones: the request, its progress each second, cancelling it.
import { address, addresses, getJSON, post } from "./api.js";
import { el, say, toast } from "./dom.js";
import { refresh } from "./live.js";
import { askPlan, daysWords } from "./plan_dialog.js";
import { bus, state } from "./state.js";
import { number } from "./words.js";

const EVERY_MS = 1_000;

let buttons;
let strip;
let watching = false;

export function setUpPlan(planButton, choicesButton, stripElement) {
  buttons = [planButton, choicesButton];
  strip = stripElement;
  planButton.addEventListener("click", () => requestPlan());
  choicesButton.addEventListener("click", async () => {
    const wanted = await askPlan();
    if (wanted) await requestPlan(wanted);
  });
  bus.addEventListener("day", look);
  look();
}

/** Once more as it was asked for, from the day it was asked for. */
export function planAgain() {
  const { run, date } = state.day;
  return run ? requestPlan(run.request, addresses.run.replace(date, run.date)) : requestPlan();
}

async function requestPlan(wanted = {}, where = addresses.run) {
  allow(false);
  try {
    const { run, now } = await post(where, wanted);
    say(gettext("Planning has begun."));
    draw(run, now);
    watch();
  } catch (error) {
    allow(true);
    toast(error.message, { tone: "tone-danger shape-triangle" });
    await refresh();
  }
}

function allow(yes) {
  for (const button of buttons) button.disabled = !yes;
}

function look() {
  const { run } = state.day;
  allow(!run?.under_way && state.day.lanes.length > 0);
  if (run?.under_way) watch();
  else if (!watching) draw(null);
}

async function watch() {
  if (watching) return;
  watching = true;
  let run;
  try {
    do {
      const answer = await getJSON(addresses.run).catch(unlessSignedOut);
      run = answer ? answer.run : run;
      if (answer) draw(run, answer.now);
      if (!run || run.under_way) await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    } while (!run || run.under_way);
  } finally {
    watching = false;
  }
  draw(null);
  await refresh();
  tellEnd(run);
}

/** A lost connection is tried again; nobody signed in is not. */
function unlessSignedOut(error) {
  if (error.status === 0 || error.status >= 500) return null;
  toast(error.message, { tone: "tone-danger shape-triangle" });
  throw error;
}

function tellEnd(run) {
  if (run.failed) {
    const what = run.error || gettext("The planner stopped.");
    const text = interpolate(gettext("The day could not be planned: %s The published routes are as they were. Try again."), [what]);
    toast(text, { tone: "tone-danger shape-triangle", act: { label: gettext("Plan again"), run: planAgain } });
    say(text);
  } else if (run.status === "cancelled") {
    toast(gettext("Planning was cancelled. Nothing was changed."));
  } else {
    say(gettext("The proposal is ready."));
  }
}

function draw(run, now) {
  strip.hidden = !run || !run.under_way;
  if (strip.hidden) {
    strip.replaceChildren();
    return;
  }
  if (!strip.children.length) {
    strip.append(
      el("div", { class: "run-words" }, el("strong", { text: gettext("Planning the day") }), el("span", { data: { settings: "" } }), el("span", { data: { figures: "" } })),
      el("progress", { max: 1, value: 0, "aria-label": gettext("Progress of planning") }),
      el("button", { type: "button", class: "compact", text: gettext("Cancel"), data: { cancel: "" } }));
  }
  const progress = run.progress ?? {};
  const elapsed = progress.elapsed_s ?? (run.started ? (new Date(now) - new Date(run.started)) / 1000 : 0);
  const left = Math.max(0, Math.round(run.time_limit_s - elapsed));
  const figures = [];
  if (progress.served !== undefined && progress.served !== null) {
    figures.push(interpolate(ngettext("%(served)s stop, %(unserved)s unplanned", "%(served)s stops, %(unserved)s unplanned", progress.served), progress, true));
  }
  if (progress.best_cost !== undefined && progress.best_cost !== null) figures.push(bestWords(progress));
  figures.push(run.status === "queued" ? gettext("waiting for a worker") : interpolate(gettext("%s s left"), [left]));
  strip.querySelector("[data-settings]").textContent = [run.weights, run.days > 1 ? daysWords(run.days) : ""].filter(Boolean).join(" · ");
  strip.querySelector("[data-figures]").textContent = figures.join(" · ");
  strip.querySelector("progress").value = Math.min(1, elapsed / Math.max(1, run.time_limit_s));
  const cancel = strip.querySelector("[data-cancel]");
  cancel.disabled = run.cancel_requested;
  cancel.onclick = async () => {
    cancel.disabled = true;
    await post(address("cancel", run.id)).catch((error) => toast(error.message, { tone: "tone-danger shape-triangle" }));
  };
}

/** As in the review: prices are seconds of driving, and read in minutes. */
function bestWords({ best_cost: cost, best_after_s: after }) {
  const minutes = number(Math.round(cost / 60));
  if (after === undefined || after === null) return interpolate(gettext("cost of %s min"), [minutes]);
  return interpolate(gettext("best cost of %(cost)s min after %(after)s s"), { cost: minutes, after: number(after) }, true);
}
