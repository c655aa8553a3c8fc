// The side panel: everything of the selected appointment, written by the server, and what can be done with it.
import { address, addresses, getHTML, post } from "./api.js";
import { ask, select as selectField, timeField } from "./dialogs.js";
import { el, say, toast } from "./dom.js";
import { drawFixes, drawWhy, explain } from "./explain.js";
import { stopElement } from "./lanes.js";
import { refresh } from "./live.js";
import { move, takeOff } from "./session.js";
import { bus, findEntry, findStop, select, state } from "./state.js";
import { clock, onThisDay } from "./words.js";

let panel;
let shown = { appointment: null, json: "" };

export function setUpPanel(element) {
  panel = element;
  bus.addEventListener("select", show);
  bus.addEventListener("day", () => {
    if (state.selected !== null && JSON.stringify(row()) !== shown.json) show();
  });
  panel.addEventListener("click", act);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-list] [data-appointment]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    select(Number(link.dataset.appointment), "list");
  });
}

function row() {
  return findStop(state.selected)?.stop ?? findEntry(state.selected);
}

async function show() {
  const appointment = state.selected;
  if (appointment === null) {
    const back = panel.contains(document.activeElement) ? shown.appointment : null;
    panel.hidden = true;
    panel.replaceChildren();
    if (back !== null) (stopElement(back) ?? document.querySelector(`[data-list] [data-appointment="${back}"]`))?.focus({ preventScroll: true });
    shown = { appointment: null, json: "" };
    return;
  }
  try {
    const content = await getHTML(address("panel", appointment));
    if (state.selected !== appointment) return;
    const again = shown.appointment === appointment;
    const focused = again ? document.activeElement?.dataset?.act : null;
    const open = again && panel.querySelector("[data-keep]")?.open;
    const top = again ? panel.scrollTop : 0;
    panel.replaceChildren(content);
    panel.hidden = false;
    panel.scrollTop = top;
    if (open) panel.querySelector("[data-keep]").open = true;
    if (focused) panel.querySelector(`[data-act="${focused}"]`)?.focus({ preventScroll: true });
    shown = { appointment, json: JSON.stringify(row()) };
    await explainShown(appointment);
  } catch (error) {
    if (error.status !== undefined) toast(error.message, { tone: "tone-danger shape-triangle" });
    else throw error;
  }
}

/** The live answer, where the page brings a place for it: ways to fit the visit in, or why it is where it is. */
async function explainShown(appointment) {
  const box = panel.querySelector("[data-explanation]");
  if (!box) return;
  const answer = await explain(box, appointment, box.dataset.explanation === "placed" ? drawWhy : drawFixes);
  const reason = panel.querySelector("[data-reason]");
  if (!answer || answer.placed || !reason) return;
  reason.textContent = answer.room ? answer.room.text : answer.reason;
  const who = panel.querySelector("[data-blockers]");
  who.hidden = !answer.blockers.length;
  who.replaceChildren(who.querySelector("summary"), ...answer.blockers.map((one) => el("p", {}, el("b", { text: `${one.label}: ` }), one.names.join(", "))));
}

async function act(event) {
  if (event.target.closest("[data-panel-close]")) {
    select(null, "panel");
    return;
  }
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const placed = findStop(state.selected)?.stop;
  const entry = placed ?? findEntry(state.selected);
  if (!entry) return;
  if (button.dataset.act === "move") await askMove(entry);
  else if (button.dataset.act === "take-off") await takeOff(entry);
  else await pin(placed, button);
}

async function pin(stop, button) {
  const pressed = button.getAttribute("aria-pressed") === "true";
  const wish = { technician: stop.pinned_technician, time: stop.pinned_time };
  wish[button.dataset.act === "pin-technician" ? "technician" : "time"] = !pressed;
  try {
    await post(addresses.pin, { appointment: stop.appointment, ...wish });
    await refresh();
    say(pressed ? gettext("Pin removed.") : gettext("Pinned."));
  } catch (error) {
    toast(error.message, { tone: "tone-danger shape-triangle" });
  }
}

async function askMove(entry) {
  const lanes = state.day.lanes.filter((lane) => lane.route !== null);
  if (!lanes.length) {
    toast(gettext("Nobody has a shift on this day."), { tone: "tone-warning shape-triangle" });
    return;
  }
  const placed = findStop(entry.appointment);
  const answer = await ask({
    title: interpolate(gettext("Move %s"), [entry.customer]),
    body: [
      selectField(gettext("Technician"), "lane", lanes.map((lane) => [lane.id, `${lane.name} · ${lane.load} %`]), placed?.lane.id),
      timeField(gettext("From"), "time", placed ? clock(placed.stop.starts) : "", gettext("The work begins at the first possible moment from then on, and the visit is pinned there. Leave it empty for the best time.")),
    ],
    submit: gettext("Move"),
  });
  if (!answer) return;
  const lane = lanes.find((one) => one.id === Number(answer.get("lane")));
  await move({ row: entry, lane, startsAt: answer.get("time").trim() ? onThisDay(answer.get("time").trim()) : null });
}
