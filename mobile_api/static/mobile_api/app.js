// Turns the page's forms into acts: into the log first, shown at once, then sent.

import { showFlag } from "./findings.js";
import { goTo, mayFinish, showGaps, watchEnd } from "./gaps.js";
import { appendAct } from "./log.js";
import { keepPhoto } from "./photos.js";
import { forgetMarks, layOver, layOverPending, showPhoto } from "./overlay.js";
import { markSaved, refreshPage } from "./refresh.js";
import { onSending, sendLog, tell } from "./send.js";
import { preparePad } from "./signature.js";
import "./strip.js";
import "./sunlight.js";

const FORM_ONLY = new Set(["csrfmiddlewaretoken", "kind", "id", "anyway"]);
const ENDS = new Set(["finished", "not_completed"]);
const STOP_ACTS = new Set(["on_my_way", "arrived", "started", "paused", "resumed", ...ENDS]);

function readForm(form, submitter) {
  const data = {};
  for (const [name, value] of new FormData(form, submitter)) {
    if (FORM_ONLY.has(name) || typeof value !== "string" || !value.trim()) continue;
    data[name] = name === "number" ? value.trim().replace(",", ".") : value;
  }
  if (data.not_measured) for (const name of ["number", "choice", "yes_no", "contributing"]) delete data[name];
  return data;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  const kind = form.dataset.act;
  if (kind === "finished" && !mayFinish(event.submitter)) return;
  const data = readForm(form, event.submitter);
  const target = form.action.match(/stops\/(\d+)\//);
  if (STOP_ACTS.has(kind)) data.stop = Number(target[1]);
  else data.visit = Number(document.querySelector("main[data-visit]").dataset.visit);
  if (kind === "note") data.text ??= "";
  if (kind === "finished") await keepUnsaved();
  const act = await appendAct(kind, data);
  markSaved(form);
  showAct(form, act);
  await tell();
  sendLog();
});

// Whoever ends the visit means the text and the signature on the page, saved or not.
async function keepUnsaved() {
  const { visit } = document.querySelector("main[data-visit]").dataset;
  for (const form of document.querySelectorAll("form[data-act='note'], form[data-act='signature']")) {
    const field = form.elements.text ?? form.elements.name;
    const changed = field.value !== field.defaultValue || form.elements.image?.value;
    if (!changed || !field.value.trim()) continue;
    await appendAct(form.dataset.act, { visit: Number(visit), ...readForm(form) });
    markSaved(form);
  }
}

function showAct(form, act) {
  layOver(act);
  if (act.kind === "finding_recorded") {
    const fold = form.closest("details");
    fold.open = false;
    fold.querySelector("summary").focus();
  }
  const closing = document.getElementById("closing");
  if (ENDS.has(act.kind) && closing) {
    goTo(closing);
    scrollTo(0, 0);
  }
  showGaps();
}

// The browser's own bubble, with words that say which form is meant.
document.addEventListener(
  "invalid",
  ({ target }) => target.name === "number" && target.validity.patternMismatch && target.setCustomValidity(target.title),
  true,
);

document.addEventListener("input", (event) => {
  if (event.target.name === "number") event.target.setCustomValidity("");
  showGaps();
  const form = event.target.closest("form[data-act='finding_recorded']");
  if (form) showFlag(form);
});

document.addEventListener("change", async (event) => {
  if (!event.target.matches("[data-photo]") || !event.target.files.length) return;
  const form = event.target.closest("form");
  const photo = await keepPhoto(event.target.files[0], {
    visit: Number(document.querySelector("main[data-visit]").dataset.visit),
    finding: form.elements.finding.value,
  });
  showPhoto(form, photo);
  event.target.value = "";
  await tell();
  sendLog();
});

function prepare() {
  for (const form of document.querySelectorAll("form[data-act='signature']")) preparePad(form);
  for (const label of document.querySelectorAll(".photo")) label.hidden = false;
  showGaps();
  watchEnd();
}

let waitedBefore = false;
onSending(async ({ waiting, acts, trouble }) => {
  document.querySelector("main").toggleAttribute("data-trouble", Boolean(trouble));
  if (!waiting) forgetMarks();
  if (waiting) {
    waitedBefore = true;
    for (const act of acts) layOver(act);
    showGaps();
  } else if (waitedBefore && !trouble) {
    waitedBefore = false;
    await refreshPage();
    await layOverPending();
    prepare();
  }
});

prepare();
tell().then(sendLog);
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/tech/sw.js", { scope: "/tech/" });
