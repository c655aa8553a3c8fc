// "Plan the day": the request, its progress each second, and cancelling it.
import { address, addresses, getJSON, post } from "./api.js";
import { el, say, toast } from "./dom.js";
import { refresh } from "./live.js";
import { bus, state } from "./state.js";
import { number } from "./words.js";

const EVERY_MS = 1_000;

let button;
let strip;
let watching = false;

export function setUpPlan(planButton, stripElement) {
  button = planButton;
  strip = stripElement;
  button.addEventListener("click", requestPlan);
  bus.addEventListener("day", look);
  look();
}

export async function requestPlan() {
  button.disabled = true;
  try {
    const { run, now } = await post(addresses.run, {});
    say(gettext("Planning has begun."));
    draw(run, now);
    watch();
  } catch (error) {
    button.disabled = false;
    toast(error.message, { tone: "tone-danger shape-triangle" });
    await refresh();
  }
}

function look() {
  const { run } = state.day;
  button.disabled = Boolean(run?.under_way) || !state.day.lanes.length;
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
    toast(text, { tone: "tone-danger shape-triangle", act: { label: gettext("Plan again"), run: requestPlan } });
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
      el("div", { class: "run-words" }, el("strong", { text: gettext("Planning the day") }), el("span", { data: { figures: "" } })),
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
  if (progress.best_cost !== undefined && progress.best_cost !== null) figures.push(interpolate(gettext("cost %s"), [number(progress.best_cost)]));
  figures.push(run.status === "queued" ? gettext("waiting for a worker") : interpolate(gettext("%s s left"), [left]));
  strip.querySelector("[data-figures]").textContent = figures.join(" · ");
  strip.querySelector("progress").value = Math.min(1, elapsed / Math.max(1, run.time_limit_s));
  const cancel = strip.querySelector("[data-cancel]");
  cancel.disabled = run.cancel_requested;
  cancel.onclick = async () => {
    cancel.disabled = true;
    await post(address("cancel", run.id)).catch((error) => toast(error.message, { tone: "tone-danger shape-triangle" }));
  };
}
