// What every part of the board shares: the day's document, what is selected, and the events that tell of changes.
export const bus = new EventTarget();

export const state = {
  day: JSON.parse(document.getElementById("board-document").textContent),
  selected: null, // id of an appointment
  showProposal: false,
  grabbed: null, // the session of a drag, by pointer or keyboard
};

let held = null;

export function tell(name, detail) {
  bus.dispatchEvent(new CustomEvent(name, { detail }));
}

/** Takes a newer document. While something is being dragged it waits, so that nothing moves under the hand. */
export function takeDay(day) {
  if (state.grabbed) {
    held = day;
    return;
  }
  held = null;
  state.day = day;
  tell("day");
}

export function letGo() {
  state.grabbed = null;
  if (held) takeDay(held);
}

/** `from` names the side that was clicked, so that it alone stays where it is. */
export function select(appointment, from) {
  if (state.selected === appointment) return;
  state.selected = appointment;
  tell("select", { from });
}

export function findStop(appointment) {
  for (const lane of state.day.lanes) {
    const stop = lane.stops.find((one) => one.appointment === appointment);
    if (stop) return { lane, stop };
  }
  return null;
}

export function findEntry(appointment) {
  return state.day.tray.find((one) => one.appointment === appointment) ?? null;
}

/** A broken rule in words, with the customer whom it concerns. */
export function ruleWords(rule) {
  const row = rule.appointment === null ? null : (findStop(rule.appointment)?.stop ?? findEntry(rule.appointment));
  return row ? `${rule.text} (${row.customer})` : rule.text;
}
