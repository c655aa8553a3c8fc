// Sends what the log holds, in order, as soon as it can; tells whoever listens how it stands.

import {
  countTry,
  forgetEverything,
  forgetPhoto,
  parkedActs,
  parkPhoto,
  pendingActs,
  pendingPhotos,
  settleActs,
} from "./log.js";

const BATCH = 50;
const PAUSES_S = [2, 5, 15, 30, 60];
// A photo that the server will never take must not hold up the rest for ever.
const FINAL = [404, 413, 422];
// One that arrived changed is sent again, with the usual pauses; after so many times it is the phone's copy that is bad.
const MOST_TRIES = 5;
const listeners = new Set();
let attempt = 0;
let timer = 0;
let running = null;
let wanted = false;

export function onSending(listener) {
  listeners.add(listener);
}

// `trouble` is empty, or why nothing goes through: "network", "signed-out", "server".
export async function tell(trouble = "") {
  const [acts, photos, parked] = [await pendingActs(), await pendingPhotos(), await parkedActs()];
  const state = { waiting: acts.length + photos.length, acts, parked, trouble: navigator.onLine ? trouble : "network" };
  for (const listener of listeners) listener(state);
}

export function csrfToken() {
  const pair = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return pair ? decodeURIComponent(pair.slice("csrftoken=".length)) : "";
}

// One sender at a time, over all open tabs; a wish that comes while it runs is served by another round.
export function sendLog() {
  wanted = true;
  running ??= locked(async () => {
    while (wanted) {
      wanted = false;
      await sendOnce();
    }
  }).finally(() => {
    running = null;
  });
  return running;
}

function locked(work) {
  return navigator.locks ? navigator.locks.request("visita-send", work) : work();
}

async function sendOnce() {
  clearTimeout(timer);
  try {
    await sendActs();
    await sendPhotos();
    attempt = 0;
    await tell();
  } catch (error) {
    if (!(error instanceof NotSent)) throw error;
    timer = setTimeout(sendLog, PAUSES_S[Math.min(attempt, PAUSES_S.length - 1)] * 1000);
    attempt += 1;
    await tell(error.trouble);
  }
}

class NotSent extends Error {
  constructor(trouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

async function sendActs() {
  for (let acts = await pendingActs(); acts.length; acts = await pendingActs()) {
    const batch = acts.slice(0, BATCH);
    const answer = await ask("/api/v1/acts/", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ acts: batch }),
    });
    if (!answer.ok) throw new NotSent("server");
    const { receipts } = await answer.json();
    await settleActs(batch, receipts);
    if (!receipts.length) throw new NotSent("server");
  }
}

async function sendPhotos() {
  let again = false;
  for (const photo of await pendingPhotos()) {
    const answer = await ask(`/api/v1/photos/${photo.id}/`, {
      method: "PUT",
      headers: { "Content-Type": photo.blob.type || "image/jpeg" },
      body: photo.blob,
    });
    if (answer.ok) await forgetPhoto(photo.id);
    else if (!FINAL.includes(answer.status)) throw new NotSent("server");
    else {
      const problem = await answer.json().catch(() => ({}));
      if (problem.type === "checksum" && (await countTry(photo)) < MOST_TRIES) again = true;
      else await parkPhoto(photo, interpolate(gettext("A photo was refused: %s"), [problem.detail ?? answer.status]));
    }
  }
  if (again) throw new NotSent("server");
}

async function ask(url, options) {
  let answer;
  try {
    answer = await fetch(url, {
      ...options,
      credentials: "same-origin",
      headers: { ...options.headers, "X-CSRFToken": csrfToken(), Accept: "application/json" },
      signal: AbortSignal.timeout(30_000),
    });
  } catch {
    throw new NotSent("network");
  }
  if (answer.status === 401) await leave(answer);
  return answer;
}

async function leave(answer) {
  const problem = await answer.json().catch(() => ({}));
  if (problem.type !== "device-revoked") throw new NotSent("signed-out");
  await forgetEverything();
  location.replace("/tech/");
  await new Promise(() => {}); // nothing more is sent from here
}

addEventListener("online", () => sendLog());
addEventListener("offline", () => tell("network"));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sendLog());
