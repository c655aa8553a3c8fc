// Shows what waits in the log as if it were sent already: nobody is asked twice for what the phone holds.

import { badgeFor, describeForm, judgeForm } from "./findings.js";
import { pendingActs, pendingPhotos } from "./log.js";
import { followAct } from "./progress.js";

const SHOW = {
  finding_recorded: showFinding,
  factor_identified: showCause,
  checklist_item: showCheck,
  note: showText,
  signature: showSignature,
  photo_declared: showWaitingPhoto,
};
const shown = new Set();

export function layOver(act) {
  if (shown.has(act.id)) return;
  shown.add(act.id);
  followAct(act);
  const { visit } = document.querySelector("main").dataset;
  if (visit && Number(visit) === Number(act.data.visit)) SHOW[act.kind]?.(act.data, act);
}

// Again after parts of the page came anew from the server, which has not heard of these.
export async function layOverPending() {
  shown.clear();
  for (const act of await pendingActs()) layOver(act);
}

export function forgetMarks() {
  for (const mark of document.querySelectorAll(".waits")) mark.remove();
}

// Seen only while nothing goes through; a second's wait is no news.
function mark(part) {
  if (!part || part.querySelector(".waits")) return;
  const words = document.createElement("span");
  words.className = "waits small muted";
  words.textContent = ` ${gettext("waits to be sent")}`;
  part.append(words);
}

// What is being written right now stays.
function fill(field, text = "") {
  if (!field || field.value !== field.defaultValue || field === document.activeElement) return;
  field.value = field.defaultValue = text;
}

function showFinding(data) {
  const form = document.querySelector(`input[name=observation][value="${CSS.escape(data.observation)}"]`)?.form;
  if (!form) return;
  form.elements.finding.value = data.finding;
  fill(form.elements.number, data.number);
  fill(form.elements.note, data.note);
  for (const field of form.querySelectorAll("input[type=radio]")) tick(field, field.value === (data.choice ?? data.yes_no));
  tick(form.elements.contributing, Boolean(data.contributing));
  const value = form.closest("details").querySelector("[data-value]");
  const measured = !data.not_measured;
  value.replaceChildren(...badgeFor(measured ? judgeForm(form) : null, measured ? describeForm(form) : gettext("not measured")));
  mark(value);
}

function tick(field, on) {
  field.checked = field.defaultChecked = on;
}

function showCause(data) {
  const list = document.getElementById("causes");
  list.querySelector(`[data-cause="${CSS.escape(data.factor)}"]`)?.remove();
  if (data.present !== "false") list.append(makeCause(data, list));
  list.hidden = !list.children.length;
}

function makeCause({ factor, primary }, list) {
  if (primary === "true") for (const other of list.querySelectorAll("[data-primary]")) other.hidden = true;
  const row = document.getElementById("cause-row").content.cloneNode(true).firstElementChild;
  const option = document.querySelector(`#factor option[value="${CSS.escape(factor)}"]`);
  row.dataset.cause = row.querySelector("input[name=factor]").value = factor;
  row.querySelector("[data-name]").textContent = option?.textContent ?? factor;
  row.querySelector("[data-primary]").hidden = primary !== "true";
  mark(row.firstElementChild);
  return row;
}

function showCheck({ position, done }) {
  const form = document.querySelector(`form[data-act=checklist_item] input[name=position][value="${Number(position)}"]`)?.form;
  if (!form) return;
  form.querySelector("button").setAttribute("aria-pressed", done);
  form.elements.done.value = String(done !== "true");
  mark(form.querySelector("button > span"));
}

function showText({ text }) {
  fill(document.getElementById("summary"), text);
  mark(document.querySelector("label[for=summary]"));
}

function showSignature({ name }, { device_time }) {
  fill(document.getElementById("signer"), name);
  const signed = document.getElementById("signed");
  const time = new Date(device_time).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short", hourCycle: "h23" });
  signed.textContent = interpolate(gettext("Signed by %(name)s at %(time)s"), { name, time }, true);
  signed.hidden = false;
  mark(signed);
}

async function showWaitingPhoto({ photo, finding }) {
  const form = document.querySelector(`input[name=finding][value="${CSS.escape(finding)}"]`)?.form;
  const kept = (await pendingPhotos()).find((one) => one.id === photo);
  if (form && kept) showPhoto(form, kept);
}

export function showPhoto(form, { id, blob }) {
  const photos = form.querySelector(".photos");
  if (photos.querySelector(`[data-photo-id="${id}"]`)) return;
  const image = new Image(72, 72);
  image.src = URL.createObjectURL(blob);
  image.alt = gettext("Photo");
  image.dataset.photoId = id;
  photos.append(image);
}
