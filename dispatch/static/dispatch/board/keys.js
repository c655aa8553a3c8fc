// The board by keyboard: going from stop to stop, picking up and putting down, shortcuts.
import { fit, step } from "./zoom.js";
import { keepOneTabStop, laneElement, stopElement } from "./lanes.js";
import { aim, aimTray, drop, grab, leave, takeBack } from "./session.js";
import { findStop, select, state } from "./state.js";
import { minutesOf } from "./words.js";

export function setUpKeys(desk) {
  desk.addEventListener("keydown", (event) => {
    if (state.grabbed?.byKeys) moveGrabbed(event);
    else if (event.target.closest("[data-stop]")) walk(event);
    else if (event.target.closest("[data-entry]")) pickFromTray(event);
  });
  document.addEventListener("keydown", shortcuts);
  desk.addEventListener("focusin", (event) => {
    const stop = event.target.closest("[data-stop]");
    if (stop) keepOneTabStop(stop);
  });
}

function shortcuts(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (state.grabbed) leave();
    else if (!document.querySelector("dialog[open]")) select(null, "keys");
    return;
  }
  if (event.target.closest("input, textarea, select, dialog") || state.grabbed) return;
  const acts = { "?": openHelp, "+": () => step(1), "-": () => step(-1), 0: fit, u: takeBack, U: takeBack };
  if (event.target.closest(".map") && event.key !== "?") return;
  if (acts[event.key]) {
    event.preventDefault();
    acts[event.key]();
  }
}

export function openHelp() {
  document.getElementById("board-help").showModal();
}

function walk(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const appointment = Number(event.target.closest("[data-stop]").dataset.stop);
  if (event.key === "m" || event.key === "M" || event.key === "Enter") {
    event.preventDefault();
    grab(appointment, { byKeys: true });
    return;
  }
  const next = neighbour(appointment, event.key);
  if (next === undefined) return;
  event.preventDefault();
  if (next) stopElement(next.appointment).focus();
}

/** undefined: not one of our keys; null: there is nobody there. */
function neighbour(appointment, key) {
  const { lane, stop } = findStop(appointment);
  const here = lane.stops.indexOf(stop);
  if (key === "ArrowRight") return lane.stops[here + 1] ?? null;
  if (key === "ArrowLeft") return lane.stops[here - 1] ?? null;
  if (key === "Home") return lane.stops[0];
  if (key === "End") return lane.stops.at(-1);
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const direction = key === "ArrowDown" ? 1 : -1;
  const lanes = state.day.lanes;
  for (let index = lanes.indexOf(lane) + direction; lanes[index]; index += direction) {
    const nearest = nearestTo(lanes[index].stops, minutesOf(stop.starts));
    if (nearest) return nearest;
  }
  return null;
}

function nearestTo(stops, minutes) {
  const away = (one) => Math.abs(minutesOf(one.starts) - minutes);
  return stops.reduce((best, one) => (best === null || away(one) < away(best) ? one : best), null);
}

function pickFromTray(event) {
  if (event.key !== "m" && event.key !== "M") return;
  event.preventDefault();
  grab(Number(event.target.closest("[data-entry]").dataset.entry), { byKeys: true });
}

function moveGrabbed(event) {
  const grabbed = state.grabbed;
  const stride = event.shiftKey ? 30 : 5;
  const acts = {
    ArrowLeft: () => shift(grabbed, -stride),
    ArrowRight: () => shift(grabbed, stride),
    ArrowUp: () => change(grabbed, -1),
    ArrowDown: () => change(grabbed, 1),
    Enter: putDown,
    Escape: leave,
  };
  if (event.key === "Tab") {
    leave();
    return;
  }
  if (!acts[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  acts[event.key]();
}

function shift(grabbed, minutes) {
  if (grabbed.lane) aim(grabbed.lane, (grabbed.begins ?? minutesOf(grabbed.lane.starts)) + minutes);
}

function change(grabbed, direction) {
  const lanes = state.day.lanes;
  const index = grabbed.toTray ? -1 : lanes.indexOf(grabbed.lane);
  const next = index + direction;
  if (next < 0) aimTray();
  else if (lanes[next]) aim(lanes[next], grabbed.begins ?? minutesOf(grabbed.origin?.stop.starts ?? lanes[next].starts));
}

async function putDown() {
  const { appointment } = state.grabbed;
  await drop();
  const element = stopElement(appointment) ?? document.querySelector(`[data-entry="${appointment}"]`);
  if (!document.querySelector("dialog[open]")) element?.focus({ preventScroll: true });
  laneElement(findStop(appointment)?.lane.id)?.scrollIntoView({ block: "nearest" });
}
