// How wide an hour is: the whole day fits, or a fixed width that scrolls.
import { el } from "./dom.js";

const STEPS = [60, 90, 120, 180, 270, 400];
const KEY = "board-hour-width";

let box;
let scroller;
let hour = Number(localStorage.getItem(KEY)) || 0; // 0: the whole day fits

export function setUpZoom(lanes, lanesScroller) {
  box = lanes;
  scroller = lanesScroller;
  new ResizeObserver(apply).observe(scroller);
}

export function drawZoom() {
  const place = box.querySelector("[data-zoom]");
  if (!place.children.length) {
    const button = (text, label, act) => el("button", { type: "button", class: "quiet compact", text, "aria-label": label, title: label, on: { click: act } });
    place.append(
      button("−", gettext("Narrower hours"), () => step(-1)),
      button("+", gettext("Wider hours"), () => step(1)),
      el("button", { type: "button", class: "quiet compact", text: gettext("Whole day"), data: { fit: "" }, on: { click: fit } }),
    );
  }
  apply();
}

function perMinute() {
  const span = Number(box.style.getPropertyValue("--span")) || 600;
  const head = parseFloat(getComputedStyle(box).getPropertyValue("--head-px")) || 200;
  const fits = Math.max(0.5, (scroller.clientWidth - head - 2) / span);
  return hour ? Math.max(fits, hour / 60) : fits;
}

function apply() {
  box.style.setProperty("--minute", `${perMinute()}px`);
  box.querySelector("[data-fit]")?.setAttribute("aria-pressed", String(hour === 0));
}

/** The middle of what is seen stays in the middle. */
function change(width) {
  const before = perMinute();
  const middle = (scroller.scrollLeft + scroller.clientWidth / 2) / before;
  hour = width;
  localStorage.setItem(KEY, String(hour));
  apply();
  scroller.scrollLeft = middle * perMinute() - scroller.clientWidth / 2;
}

export function step(direction) {
  const now = perMinute() * 60;
  const next = direction > 0 ? STEPS.find((one) => one > now + 1) : STEPS.findLast((one) => one < now - 1);
  if (next !== undefined) change(next);
  else if (direction < 0) fit();
}

export function fit() {
  change(0);
}

export function minuteWidth() {
  return parseFloat(box.style.getPropertyValue("--minute")) || 1;
}
