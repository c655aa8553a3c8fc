// Times, durations and distances as the reader writes them, on the board's clock.
import { state } from "./state.js";

const language = document.documentElement.lang || "en";
const clocks = new Map();

export const MINUTE = 60_000;

function clockOf(zone) {
  if (!clocks.has(zone)) {
    const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
    clocks.set(zone, new Intl.DateTimeFormat(language, options));
  }
  return clocks.get(zone);
}

export function clock(instant, zone = state.day.zone) {
  return instant === null || instant === undefined ? "" : clockOf(zone).format(new Date(instant));
}

export function span(starts, ends, zone) {
  return `${clock(starts, zone)}–${clock(ends, zone)}`;
}

export function duration(seconds) {
  const minutes = Math.round(Math.abs(seconds) / 60);
  if (minutes < 60) return interpolate(gettext("%s min"), [minutes]);
  const rest = minutes % 60;
  return rest ? `${Math.floor(minutes / 60)} h ${String(rest).padStart(2, "0")}` : `${minutes / 60} h`;
}

export function signed(seconds) {
  if (Math.abs(seconds) < 30) return interpolate(gettext("±%s min"), [0]);
  return (seconds < 0 ? "−" : "+") + duration(seconds);
}

export function distance(metres) {
  const kilometres = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return `${kilometres.format(metres / 1000)} km`;
}

export function number(value) {
  return new Intl.NumberFormat(language).format(value);
}

/** Minutes since the board's midnight. */
export function minutesOf(instant) {
  return (new Date(instant) - new Date(state.day.midnight)) / MINUTE;
}

export function instantOf(minutes) {
  return new Date(new Date(state.day.midnight).getTime() + minutes * MINUTE).toISOString();
}

export function clockOfMinutes(minutes) {
  return clock(instantOf(minutes));
}

/** A wall time of the board's day as an instant, right also on the days when the clock changes. */
export function onThisDay(time) {
  const [hours, minutes] = time.split(":").map(Number);
  const wanted = hours * 60 + minutes;
  let instant = new Date(new Date(state.day.midnight).getTime() + wanted * 60_000);
  const [shownHours, shownMinutes] = clock(instant).split(":").map(Number);
  instant = new Date(instant.getTime() + (wanted - shownHours * 60 - shownMinutes) * 60_000);
  return minutesOf(instant) >= 0 ? instant.toISOString() : state.day.midnight;
}

/** Time left until due, in words and with how loud it is. */
export function dueWords(due) {
  if (!due) return { look: "tone-muted", text: gettext("no due date") };
  const left = (new Date(due) - Date.now()) / 1000;
  const long = Math.abs(left) >= 48 * 3600;
  const length = long ? interpolate(gettext("%s d"), [Math.round(Math.abs(left) / 86_400)]) : duration(left);
  if (left < 0) return { look: "tone-danger shape-clock", text: interpolate(gettext("overdue by %s"), [length]) };
  const look = left < 4 * 3600 ? "tone-warning shape-clock" : "tone-muted shape-clock";
  return { look, text: interpolate(gettext("due in %s"), [length]) };
}
