// The calm strip at the top: what is sent, what waits, what was refused.

import { forgetParked } from "./log.js";
import { onSending, tell } from "./send.js";

const strip = document.getElementById("strip");
let said = "";

onSending(({ waiting, parked, trouble }) => {
  const [state, text] = describe(waiting, parked, trouble);
  if (said === state + text) return;
  said = state + text;
  strip.hidden = false;
  strip.dataset.state = state;
  strip.textContent = text;
  if (state === "parked") strip.append(dismissal());
  if (state === "signed-out") strip.append(signIn());
});

function describe(waiting, parked, trouble) {
  if (trouble === "signed-out") return ["signed-out", gettext("You are signed out. Your taps are kept.")];
  if (parked.length) return ["parked", parked[parked.length - 1].reason];
  if (waiting) {
    const text = interpolate(ngettext("%s waits to be sent", "%s wait to be sent", waiting), [waiting]);
    if (trouble === "server") return ["offline", `${gettext("The server is in trouble; trying again.")} ${text}`];
    return trouble ? ["offline", `${gettext("No connection.")} ${text}`] : ["waiting", text];
  }
  return trouble ? ["offline", gettext("No connection. Your taps are kept.")] : ["sent", gettext("All sent")];
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
