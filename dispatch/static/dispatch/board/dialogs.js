// Questions that need an answer: a reason for forcing, a reason for taking off, where to move.
import { el } from "./dom.js";
import { ruleWords } from "./state.js";

let counter = 0;

/** Shows a form as a modal; gives its FormData, or null when it was closed. Focus goes back to where it was. */
export function ask({ title, body, submit, danger = false, submittable = true }) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const id = `dialog-${(counter += 1)}`;
    const close = el("button", { type: "button", text: submittable ? gettext("Cancel") : gettext("Close") });
    const act = submittable ? el("button", { class: danger ? "danger" : "primary", text: submit }) : null;
    const form = el("form", { class: "stack", method: "dialog" }, el("h2", { id, text: title }), ...body, el("div", { class: "actions" }, act, close));
    const dialog = el("dialog", { "aria-labelledby": id }, form);
    let answer = null;
    form.addEventListener("submit", () => {
      answer = new FormData(form);
    });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before?.isConnected) before.focus({ preventScroll: true });
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function reasonField(label, help, value = "") {
  const id = `reason-${(counter += 1)}`;
  const told = (event) => event.target.setCustomValidity(event.target.value && !event.target.value.trim() ? gettext("Write a reason: blanks alone are none.") : "");
  return el("div", { class: "field" }, el("label", { for: id, text: label }),
    el("textarea", { id, name: "reason", required: true, maxlength: 500, rows: 2, text: value || null, on: { input: told } }), help ? el("p", { class: "help", text: help }) : null);
}

/** The reason, or "" when the dispatcher lets it be. */
export async function askForce(refusal, row, lane) {
  const rules = el("ul", { class: "rules" }, ...refusal.rules.map((rule) =>
    el("li", { class: `mark ${rule.forceable ? "tone-warning shape-triangle" : "tone-danger shape-cross"}`, text: ruleWords(rule) })));
  const body = [rules.children.length ? rules : el("p", { text: refusal.message || gettext("It does not fit here.") })];
  if (refusal.forceable) body.push(reasonField(gettext("Why it is done all the same"), gettext("The reason stays in the history of the visit.")));
  else body.push(el("p", { class: "muted", text: gettext("This can't be forced. Choose another time or technician; nothing was changed.") }));
  const answer = await ask({
    title: interpolate(gettext("%(who)s with %(technician)s"), { who: row.customer, technician: lane.name }, true),
    body, submit: gettext("Force it"), danger: true, submittable: refusal.forceable,
  });
  return answer ? answer.get("reason").trim() : "";
}

/** The reason, or null when the dispatcher lets it be. */
export async function askTakeOff(row) {
  const answer = await ask({
    title: interpolate(gettext("Take %s off the route"), [row.customer]),
    body: [
      el("p", { text: gettext("The customer was promised this time. The promise is withdrawn and the customer is told, with this reason.") }),
      reasonField(gettext("Reason for the customer")),
    ],
    submit: gettext("Take off and tell the customer"), danger: true,
  });
  return answer ? answer.get("reason").trim() : null;
}

export function select(label, name, options, chosen) {
  const id = `choice-${(counter += 1)}`;
  const list = el("select", { id, name }, ...options.map(([value, text]) => el("option", { value, text, selected: value === chosen })));
  return el("div", { class: "field" }, el("label", { for: id, text: label }), list);
}

/** A whole number of at least 0 that may be left out. */
export function countField(label, name, { most, placeholder, help }) {
  const id = `count-${(counter += 1)}`;
  return el("div", { class: "field" }, el("label", { for: id, text: label }),
    el("input", { id, name, type: "number", min: 0, max: most, step: 1, placeholder, "aria-describedby": `${id}-help` }), el("p", { class: "help", id: `${id}-help`, text: help }));
}

export function timeField(label, name, value, help) {
  const id = `time-${(counter += 1)}`;
  return el("div", { class: "field" }, el("label", { for: id, text: label }),
    el("input", { id, name, inputmode: "numeric", autocomplete: "off", pattern: "([01]?[0-9]|2[0-3]):[0-5][0-9]", placeholder: "09:05", title: gettext("Hours and minutes, such as 09:05"), value }), help ? el("p", { class: "help", text: help }) : null);
}
