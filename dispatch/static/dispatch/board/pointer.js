// Dragging by mouse, pen and touch. A finger holds for a moment first, so that a swipe still scrolls.
import { state } from "./state.js";
import { aim, aimTray, drop, grab, leave } from "./session.js";
import { timeRange } from "./lanes.js";
import { minuteWidth } from "./zoom.js";

const FAR_PX = 5;
const HOLD_MS = 320;
const EDGE_PX = 36;

let pending = null; // pressed, not yet dragging
let scroller;
let swallowClick = false;

export function setUpPointer(desk, lanesScroller) {
  scroller = lanesScroller;
  desk.addEventListener("pointerdown", press);
  window.addEventListener("pointermove", follow);
  window.addEventListener("pointerup", release);
  window.addEventListener("pointercancel", cancel);
  // Once the finger has hold of a stop, the page must not scroll away under it.
  desk.addEventListener("touchmove", (event) => {
    if (state.grabbed && !state.grabbed.byKeys) event.preventDefault();
  }, { passive: false });
  desk.addEventListener("contextmenu", (event) => {
    if (pending || (state.grabbed && !state.grabbed.byKeys)) event.preventDefault();
  });
  desk.addEventListener("click", (event) => {
    if (!swallowClick) return;
    swallowClick = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);
}

function press(event) {
  swallowClick = false;
  if (event.button !== 0 || state.grabbed) return;
  const thing = event.target.closest("[data-stop], [data-entry]");
  if (!thing) return;
  const appointment = Number(thing.dataset.stop ?? thing.dataset.entry);
  const inside = thing.dataset.stop ? event.clientX - thing.getBoundingClientRect().left : 0;
  pending = { appointment, thing, inside, x: event.clientX, y: event.clientY, id: event.pointerId, timer: 0 };
  if (event.pointerType === "touch") pending.timer = setTimeout(() => begin(pending), HOLD_MS);
}

function begin(from) {
  if (!from || pending !== from) return;
  pending = null;
  const grabbed = grab(from.appointment);
  if (!grabbed) return;
  grabbed.pointer = from;
  from.thing.classList.add("is-moving");
  swallowClick = true;
}

function follow(event) {
  if (pending && event.pointerId === pending.id) {
    const far = Math.hypot(event.clientX - pending.x, event.clientY - pending.y) > FAR_PX;
    if (far && event.pointerType === "touch") forget();
    else if (far) begin(pending);
  }
  const grabbed = state.grabbed;
  if (!grabbed?.pointer || grabbed.pointer.id !== event.pointerId) return;
  event.preventDefault();
  scrollAtEdge(event);
  const over = document.elementFromPoint(event.clientX, event.clientY);
  if (over?.closest("[data-tray]")) {
    aimTray();
    return;
  }
  const row = over?.closest("[data-lane-id]");
  const lane = row && state.day.lanes.find((one) => one.id === Number(row.dataset.laneId));
  if (!lane) return;
  if (over.closest(".lane-head")) {
    aim(lane, null);
    return;
  }
  const left = row.querySelector("[data-track]").getBoundingClientRect().left;
  const minutes = (event.clientX - grabbed.pointer.inside - left) / minuteWidth() + timeRange().from;
  aim(lane, Math.max(timeRange().from, minutes));
}

function scrollAtEdge(event) {
  const box = scroller.getBoundingClientRect();
  if (event.clientY > box.bottom - EDGE_PX && event.clientY < box.bottom + EDGE_PX) scroller.scrollTop += 8;
  else if (event.clientY < box.top + EDGE_PX && event.clientY > box.top) scroller.scrollTop -= 8;
  if (event.clientX > box.right - EDGE_PX) scroller.scrollLeft += 12;
}

function forget() {
  clearTimeout(pending?.timer);
  pending = null;
}

function release(event) {
  forget();
  const grabbed = state.grabbed;
  if (!grabbed?.pointer || grabbed.pointer.id !== event.pointerId) return;
  grabbed.pointer.thing.classList.remove("is-moving");
  setTimeout(() => {
    swallowClick = false;
  }, 50);
  drop();
}

function cancel(event) {
  forget();
  const grabbed = state.grabbed;
  if (!grabbed?.pointer || grabbed.pointer.id !== event.pointerId) return;
  grabbed.pointer.thing.classList.remove("is-moving");
  leave();
}
