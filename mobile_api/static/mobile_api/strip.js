// The calm strip at the top: what is sent, what waits, what was refused.

import { forgetParked } from "./log.js";
import { onSending, tell } from "./send.js";

const strip = document.getElementById("strip");
let said = "";

onSending(({ waiting, parked, reached, signedOut }) => {
  const [state, text] = signedOut
    ? ["signed-out", gettext("You are signed out. Your taps are kept.")]
    : describe(waiting, parked, reached);
  if (said === state + text) return;
  said = state + text;
  strip.hidden = false;
  strip.dataset.state = state;
  strip.textContent = text;
  if (state === "parked") strip.append(dismissal());
  if (state === "signed-out") strip.append(signIn());
});

function describe(waiting, parked, reached) {
  if (parked.length) return ["parked", parked[parked.length - 1].reason];
  if (waiting) {
    const text = interpolate(ngettext("%s waits to be sent", "%s wait to be sent", waiting), [waiting]);
    return reached ? ["waiting", text] : ["offline", `${gettext("No connection.")} ${text}`];
  }
  return reached ? ["sent", gettext("All sent")] : ["offline", gettext("No connection. Your taps are kept.")];
}

function signIn() {
  const link = document.createElement("a");
  link.className = "button";
  link.href = "/tech/";
  link.textContent = gettext("Sign in");
  return link;
}

function dismissal() {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = gettext("Understood");
  button.addEventListener("click", async () => {
    await forgetParked();
    await tell();
  });
  return button;
}
