// One thing being moved, by pointer or by keyboard: where it would go, what the server says of it, and the drop.
import { addresses, post } from "./api.js";
import { askForce, askTakeOff } from "./dialogs.js";
import { el, say, toast } from "./dom.js";
import { laneElement, timeRange } from "./lanes.js";
import { refresh } from "./live.js";
import { findEntry, findStop, letGo, ruleWords, state } from "./state.js";
import { clock, instantOf, minutesOf, signed, span } from "./words.js";

const STEP = 5;
const WAIT_MS = 130;

/** `byKeys`: the ghost is announced, and the target begins where the stop is. */
export function grab(appointment, { byKeys = false } = {}) {
  const placed = findStop(appointment);
  const row = placed?.stop ?? findEntry(appointment);
  if (!row || (placed && !placed.stop.movable)) {
    const text = gettext("This stop can't be moved any more: the technician is already on it.");
    toast(text, { tone: "tone-warning shape-triangle" });
    return null;
  }
  const minutes = placed ? minutesOf(row.ends) - minutesOf(row.starts) : row.duration_s / 60;
  state.grabbed = {
    appointment, row, origin: placed, minutes, byKeys, lane: null, begins: null, toTray: !placed, freeTime: false,
    preview: null, previewed: "", timer: 0, abort: null, ghost: null, tip: null,
  };
  document.body.classList.add("is-dragging");
  if (placed) aim(placed.lane, minutesOf(row.starts));
  else if (byKeys && state.day.lanes.length) aim(state.day.lanes[0], Math.max(timeRange().from, minutesOf(state.day.lanes[0].starts)));
  else drawTray();
  if (byKeys) say(interpolate(gettext("%s picked up. Arrows move it, Enter puts it down, Escape leaves it."), [row.customer]));
  return state.grabbed;
}

/** `minutes` null: no hour is asked for, the plan's best place is. */
export function aim(lane, minutes) {
  const grabbed = state.grabbed;
  const begins = minutes === null ? null : Math.round(minutes / STEP) * STEP;
  if (grabbed.lane === lane && grabbed.begins === begins && !grabbed.toTray) return;
  Object.assign(grabbed, { lane, begins, toTray: false, freeTime: minutes === null });
  drawGhost();
  askPreview();
}

export function aimTray() {
  const grabbed = state.grabbed;
  if (grabbed.toTray) return;
  Object.assign(grabbed, { lane: null, begins: null, toTray: true, preview: null });
  grabbed.abort?.abort();
  clearTimeout(grabbed.timer);
  grabbed.previewed = "";
  drawTray();
  if (grabbed.byKeys) say(gettext("Over the tray: putting it down takes it off its route."));
}

function drawTray() {
  const grabbed = state.grabbed;
  clearGhost();
  document.querySelector("[data-tray]").classList.toggle("is-target", Boolean(grabbed.origin));
}

function clearGhost() {
  document.querySelector("[data-tray]").classList.remove("is-target");
  for (const one of document.querySelectorAll(".ghost, .shifted, .tip")) one.remove();
  for (const one of document.querySelectorAll(".lane.is-target")) one.classList.remove("is-target");
}

function drawGhost() {
  const grabbed = state.grabbed;
  clearGhost();
  const row = laneElement(grabbed.lane.id);
  row.classList.add("is-target");
  const track = row.querySelector("[data-track]");
  const from = (grabbed.begins ?? minutesOf(grabbed.lane.starts)) - timeRange().from;
  grabbed.ghost = el("div", { class: "ghost", at: { "--from": from, "--to": from + grabbed.minutes } },
    el("span", { text: grabbed.begins === null ? gettext("best time") : `${clock(instantOf(grabbed.begins))} ${grabbed.row.customer}` }));
  track.append(grabbed.ghost);
  placeTip();
  if (grabbed.byKeys) row.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function placeTip(...lines) {
  const grabbed = state.grabbed;
  document.querySelector(".tip")?.remove();
  const box = grabbed.ghost.getBoundingClientRect();
  const children = lines.length ? lines : [el("p", { class: "muted", text: gettext("Checking…") })];
  const tip = el("div", { class: "tip", "aria-hidden": "true" }, ...children);
  document.body.append(tip);
  const left = Math.max(8, Math.min(box.left, window.innerWidth - tip.offsetWidth - 8));
  const below = box.bottom + 10 + tip.offsetHeight < window.innerHeight;
  tip.style.setProperty("inset-inline-start", `${left}px`);
  tip.style.setProperty("inset-block-start", `${below ? box.bottom + 10 : box.top - tip.offsetHeight - 10}px`);
}

function askPreview() {
  const grabbed = state.grabbed;
  clearTimeout(grabbed.timer);
  grabbed.abort?.abort();
  grabbed.preview = null;
  grabbed.timer = setTimeout(async () => {
    const body = wish(grabbed);
    grabbed.previewed = JSON.stringify(body);
    grabbed.abort = new AbortController();
    try {
      const preview = await post(addresses.preview, body, { signal: grabbed.abort.signal });
      if (state.grabbed === grabbed && grabbed.previewed === JSON.stringify(wish(grabbed))) showPreview(grabbed, preview);
    } catch (error) {
      if (error.name === "AbortError" || state.grabbed !== grabbed) return;
      placeTip(el("p", { class: "mark tone-danger shape-cross", text: error.message }));
      if (grabbed.byKeys) say(error.message);
    }
  }, WAIT_MS);
}

function wish(grabbed) {
  return {
    appointment: grabbed.appointment,
    route: grabbed.lane.route,
    starts_at: grabbed.begins === null ? null : instantOf(grabbed.begins),
  };
}

function showPreview(grabbed, preview) {
  grabbed.preview = preview;
  const own = preview.stops.find((stop) => stop.appointment === grabbed.appointment);
  const pushed = preview.stops.filter((stop) => isPushed(grabbed, stop));
  drawShifted(grabbed, pushed);
  const lines = [];
  if (preview.allowed && own) lines.push(el("p", { class: "mark tone-good shape-tick", text: interpolate(gettext("Fits, %s"), [span(own.starts, own.ends)]) }));
  for (const rule of preview.rules) {
    const look = rule.forceable ? "tone-warning shape-triangle" : "tone-danger shape-cross";
    lines.push(el("p", { class: `mark ${look}`, text: ruleWords(rule) }));
  }
  if (!preview.allowed && !preview.rules.length) lines.push(el("p", { class: "mark tone-danger shape-cross", text: gettext("It does not fit here.") }));
  if (preview.forceable) lines.push(el("p", { class: "small", text: gettext("Can be forced with a reason.") }));
  lines.push(el("p", { class: "small muted", text: sideEffects(preview, pushed) }));
  placeTip(...lines);
  grabbed.ghost.classList.toggle("is-refused", !preview.allowed && !preview.forceable);
  grabbed.ghost.classList.toggle("is-forceable", preview.forceable);
  if (grabbed.byKeys) {
    const where = `${grabbed.lane.name}, ${grabbed.begins === null ? gettext("best time") : clock(instantOf(grabbed.begins))}`;
    say([where, ...lines.map((line) => line.textContent)].join(". "));
  }
}

function sideEffects(preview, pushed) {
  const driving = interpolate(gettext("%s driving"), [signed(preview.added_travel_s)]);
  if (!pushed.length) return driving;
  const others = interpolate(ngettext("%s stop moves", "%s stops move", pushed.length), [pushed.length]);
  return `${driving} · ${others}`;
}

function isPushed(grabbed, stop) {
  const now = grabbed.lane.stops.find((one) => one.appointment === stop.appointment);
  return stop.appointment !== grabbed.appointment && now && Math.abs(minutesOf(now.starts) - minutesOf(stop.starts)) >= 1;
}

function drawShifted(grabbed, pushed) {
  for (const one of document.querySelectorAll(".shifted")) one.remove();
  const track = grabbed.ghost.parentElement;
  for (const stop of pushed) {
    const from = minutesOf(stop.starts) - timeRange().from;
    track.append(el("div", { class: "shifted", at: { "--from": from, "--to": minutesOf(stop.ends) - timeRange().from } }));
  }
  const own = grabbed.preview.stops.find((stop) => stop.appointment === grabbed.appointment);
  if (own && grabbed.begins === null) {
    grabbed.ghost.style.setProperty("--from", minutesOf(own.starts) - timeRange().from);
    grabbed.ghost.style.setProperty("--to", minutesOf(own.ends) - timeRange().from);
  }
}

export function leave() {
  const grabbed = state.grabbed;
  if (!grabbed) return;
  end(grabbed);
  if (grabbed.byKeys) say(interpolate(gettext("%s stays where it was."), [grabbed.row.customer]));
}

function end(grabbed) {
  clearTimeout(grabbed.timer);
  grabbed.abort?.abort();
  clearGhost();
  document.body.classList.remove("is-dragging");
  letGo();
}

export async function drop() {
  const grabbed = state.grabbed;
  const { origin, lane, begins, toTray } = grabbed;
  const unmoved = origin && lane === origin.lane && begins === Math.round(minutesOf(origin.stop.starts) / STEP) * STEP;
  if (unmoved || (toTray && !origin) || (lane && lane.route === null)) {
    leave();
    return;
  }
  grabbed.ghost?.classList.add("is-saving");
  end(grabbed);
  if (toTray) await takeOff(grabbed.row);
  else await move({ row: grabbed.row, lane, startsAt: begins === null ? null : instantOf(begins) });
}

let last = null; // how to take the last move back

/** Moves and says what happened. Asks for a reason when the server names rules that may be forced. */
export async function move({ row, lane, startsAt, reason = "", version = lane.version, undo = false }) {
  const before = findStop(row.appointment);
  const body = { appointment: row.appointment, route: lane.route, starts_at: startsAt, force_reason: reason, seen_version: version };
  try {
    const answer = await post(addresses.move, body);
    await refresh();
    if (!undo) last = { row, before };
    const asked = startsAt && Math.abs(new Date(answer.starts) - new Date(startsAt)) >= 60_000;
    const words = asked ? gettext("%(who)s: %(technician)s at %(time)s, the first possible moment after %(asked)s.") : gettext("%(who)s: %(technician)s at %(time)s.");
    const text = interpolate(words, { who: row.customer, technician: lane.name, time: clock(answer.starts), asked: clock(startsAt) }, true);
    toast(text, { tone: "tone-good shape-tick", act: undo ? null : { label: gettext("Undo"), run: takeBack } });
    say(text);
    return true;
  } catch (error) {
    return settleRefusal(error, { row, lane, startsAt, version });
  }
}

async function settleRefusal(error, wanted) {
  if (error.code === "move_refused") {
    const reason = await askForce(error, wanted.row, wanted.lane);
    if (reason) return move({ ...wanted, reason });
    say(gettext("Nothing was changed."));
    return false;
  }
  toast(error.message, { tone: "tone-danger shape-triangle" });
  say(error.message);
  await refresh();
  return false;
}

export async function takeOff(row) {
  const before = findStop(row.appointment);
  const reason = row.window ? await askTakeOff(row) : "";
  if (reason === null) return;
  try {
    await post(addresses.take_off, { appointment: row.appointment, reason });
    await refresh();
    last = row.window ? null : { row, before };
    const text = interpolate(gettext("%s is back among the unplanned."), [row.customer]);
    toast(text, { tone: "tone-good shape-tick", act: last ? { label: gettext("Undo"), run: takeBack } : null });
    say(text);
  } catch (error) {
    toast(error.message, { tone: "tone-danger shape-triangle" });
    say(error.message);
    await refresh();
  }
}

export async function takeBack() {
  if (!last) {
    toast(gettext("There is nothing to undo."));
    return;
  }
  const { row, before } = last;
  last = null;
  if (!before) {
    await takeOff(row);
    last = null;
    return;
  }
  const lane = state.day.lanes.find((one) => one.id === before.lane.id);
  if (!lane) return;
  const moved = await move({ row, lane, startsAt: before.stop.starts, undo: true });
  if (moved) await restorePins(row, before.stop);
}

async function restorePins(row, stop) {
  try {
    await post(addresses.pin, { appointment: row.appointment, technician: stop.pinned_technician, time: stop.pinned_time });
  } catch (error) {
    toast(error.message, { tone: "tone-danger shape-triangle" });
  }
  await refresh();
}
