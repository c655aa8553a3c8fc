// When the day goes otherwise than planned: somebody falls ill or runs late, nobody is at home, an emergency comes in.
// Each is reported from the lane's menu or the panel; the answer is a proposal, which is reviewed like any other.
import { addresses, post } from "./api.js";
import { ask, timeField } from "./dialogs.js";
import { el, say, toast } from "./dom.js";
import { laneElement } from "./lanes.js";
import { refresh } from "./live.js";
import { findEntry, findStop, state } from "./state.js";
import { clock, minutesOf, onThisDay } from "./words.js";

const ACTS = { ill: askIll, late: askLate, nobody: askNobody, emergency: placeNow };
let counter = 0;

/** Buttons with `data-repair` in the lanes and in the panel. */
export function setUpRepairs(...boxes) {
  for (const box of boxes) box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-repair]");
    if (button) act(button);
  });
}

async function act(button) {
  const menu = button.closest("details");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus({ preventScroll: true });
  }
  const id = Number(button.closest("[data-lane-id]")?.dataset.laneId);
  const placed = findStop(state.selected);
  const lane = id ? state.day.lanes.find((one) => one.id === id) : placed?.lane;
  button.disabled = true;
  try {
    await ACTS[button.dataset.repair]({ lane, row: placed?.stop ?? findEntry(state.selected) });
  } finally {
    button.disabled = false;
    if (menu && document.activeElement === document.body) laneElement(id)?.querySelector("summary").focus({ preventScroll: true });
  }
}

async function report(where, body) {
  try {
    const { text, date } = await post(addresses[where], body);
    await refresh();
    const act = date && date !== state.day.date ? { label: gettext("Open its day"), run: () => window.location.assign(`?date=${date}`) } : null;
    toast(text, { tone: "tone-info shape-dot", act });
    say(text);
  } catch (error) {
    toast(error.message, { tone: "tone-danger shape-triangle" });
    say(error.message);
    if (error.status !== undefined) await refresh();
    else throw error;
  }
}

/** Now while the shift goes on, else its start. */
function suggestedStart(lane) {
  const now = new Date();
  return now > new Date(lane.starts) && now < new Date(lane.ends) ? clock(now) : clock(lane.starts);
}

async function askIll({ lane }) {
  const answer = await ask({
    title: interpolate(gettext("%s is ill"), [lane.name]),
    body: [
      el("p", { text: gettext("The absence lasts to the end of the day. What would not be finished by then goes to others as a proposal, which you review.") }),
      timeField(gettext("From"), "time", suggestedStart(lane), gettext("Leave it empty for now.")),
    ],
    submit: gettext("Report the illness"),
  });
  if (!answer) return;
  const time = answer.get("time").trim();
  await report("ill", { route: lane.route, from_at: time ? onThisDay(time) : null });
}

async function askLate({ lane }) {
  const working = lane.stops.find((stop) => stop.state === "under_way");
  const answer = await ask({
    title: interpolate(gettext("%s runs late"), [lane.name]),
    body: [
      el("p", {
        text: working
          ? interpolate(gettext("How much longer than planned will it take with %s?"), [working.customer])
          : gettext("How long until the work can go on? Nothing begins before that."),
      }),
      minutesField(),
    ],
    submit: gettext("Report the delay"),
  });
  if (answer) await report("late", { route: lane.route, minutes: Number(answer.get("minutes")) });
}

function minutesField() {
  const id = `minutes-${(counter += 1)}`;
  return el("div", { class: "field" }, el("label", { for: id, text: gettext("Minutes") }),
    el("input", { id, name: "minutes", type: "number", required: true, min: 1, max: 720, step: 1, value: 30 }));
}

async function askNobody({ row }) {
  const answer = await ask({
    title: interpolate(gettext("Nobody at home at %s"), [row.customer]),
    body: [el("p", { text: gettext("The visit ends as not completed, which can't be taken back. The time is offered to visits that wait.") })],
    submit: gettext("Nobody was there"), danger: true,
  });
  if (answer) await report("nobody", { appointment: row.appointment });
}

async function placeNow({ row }) {
  say(gettext("Trying every route…"));
  await report("emergency", { appointment: row.appointment });
}
