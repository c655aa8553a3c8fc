// Keeps the day fresh: asks for the version, fetches the document only when it has changed.
import { addresses, getHTML, getJSON } from "./api.js";
import { bus, state, takeDay, tell } from "./state.js";
import { clock } from "./words.js";

const EVERY_MS = 5_000;
let fetching = 0; // the number of the newest question; answers to older ones are dropped

export function setUpLive() {
  const poll = async () => {
    if (!document.hidden) await look();
    setTimeout(poll, EVERY_MS);
  };
  setTimeout(poll, EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
}

async function look() {
  try {
    const { version } = await getJSON(addresses.version);
    showState("");
    if (version !== state.day.version) await refresh();
  } catch (error) {
    noteFailure(error);
  }
}

function noteFailure(error) {
  if (error.status === undefined) throw error;
  showState(interpolate(gettext("Not connected, as of %s"), [clock(state.day.now)]));
  if (error.status === 401) tell("signed-out", { text: error.message });
}

function showState(text) {
  const place = document.querySelector("[data-live]");
  if (place.textContent !== text) place.textContent = text;
  place.className = text ? "board-live mark tone-warning shape-triangle" : "board-live";
}

/** Fetches the day now. What was asked for before a write may be old, so it is asked for again. */
export async function refresh() {
  fetching += 1;
  const mine = fetching;
  try {
    const day = await getJSON(addresses.day);
    if (mine === fetching) takeDay(day);
  } catch (error) {
    noteFailure(error);
  }
}

/** The list is the server's own; it is fetched when it can be seen. */
export function keepListFresh(list) {
  let stale = false;
  const update = async () => {
    if (!stale || list.offsetParent === null) return;
    stale = false;
    const focused = document.activeElement?.closest?.("[data-list] [data-appointment]")?.dataset.appointment;
    list.replaceChildren(await getHTML(addresses.list));
    if (focused) list.querySelector(`[data-appointment="${focused}"]`)?.focus({ preventScroll: true });
  };
  bus.addEventListener("day", () => {
    stale = true;
    update();
  });
  bus.addEventListener("view", update);
  window.addEventListener("resize", update);
}
