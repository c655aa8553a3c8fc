// What is chosen before the planner begins: weights, days, seconds, and by name the promises that it may break.
import { addresses, getJSON } from "./api.js";
import { ask, countField, reasonField, select } from "./dialogs.js";
import { el, toast } from "./dom.js";
import { duration, span } from "./words.js";

const MANY = 8; // from so many promises on they can be searched

/** The request as the server takes it, or null when the dispatcher lets it be. */
export async function askPlan() {
  let choices;
  try {
    choices = await getJSON(addresses.choices);
  } catch (error) {
    toast(error.message, { tone: "tone-danger shape-triangle" });
    return null;
  }
  const promises = promiseChoice(choices.promised);
  const days = select(gettext("Days"), "days", choices.days.map((count) => [count, horizonWords(count)]), 1);
  days.querySelector("select").addEventListener("change", (event) => promises.show(Number(event.target.value)));
  promises.show(1);
  const answer = await ask({
    title: gettext("Plan with other choices"),
    body: [
      el("div", { class: "plan-choices" },
        choices.weight_sets.length ? select(gettext("What matters"), "weight_set", choices.weight_sets.map((one) => [one.id, one.label]), choices.weight_set) : "",
        days,
        select(gettext("Time to search"), "time_limit_s", choices.seconds.map((count) => [count, secondsWords(count)]), choices.time_limit_s)),
      countField(gettext("Freeze: minutes from now on"), "freeze_min", {
        most: choices.most_freeze_min, placeholder: String(choices.freeze_min),
        help: interpolate(gettext("Stops that begin within them stay where they are. Empty: %s, as in the planning settings."), [choices.freeze_min]),
      }),
      promises.element,
      el("p", { class: "small" }, el("a", { href: addresses.planning, text: gettext("Planning settings and weights") })),
    ],
    submit: gettext("Plan"),
  });
  if (!answer) return null;
  const named = answer.getAll("may_break").map(Number);
  return {
    days: Number(answer.get("days")),
    time_limit_s: Number(answer.get("time_limit_s")),
    ...(answer.get("freeze_min") ? { freeze_min: Number(answer.get("freeze_min")) } : {}),
    ...(answer.get("weight_set") ? { weight_set: Number(answer.get("weight_set")) } : {}),
    ...(named.length ? { may_break: named, reason: answer.get("reason").trim() } : {}),
  };
}

function horizonWords(count) {
  return count === 1 ? gettext("this day") : interpolate(gettext("this day and the next %s"), [count - 1]);
}

export function daysWords(count) {
  return interpolate(ngettext("%s day", "%s days", count), [count]);
}

function secondsWords(count) {
  return count < 60 ? interpolate(gettext("%s s"), [count]) : duration(count);
}

/** The promised visits of the chosen days with a box each; naming one takes a reason. */
function promiseChoice(promised) {
  const rows = promised.map((row) => {
    const box = el("input", { type: "checkbox", name: "may_break", value: row.appointment });
    return { row, box, line: el("li", {}, el("label", { class: "promise-line" }, box,
      el("span", {}, el("strong", { text: row.customer }), el("br"), el("span", { class: "small muted", text: `${row.day} · ${row.technician}` })),
      el("span", { class: "times", text: span(row.window.starts, row.window.ends, row.zone) }))) };
  });
  const reason = reasonField(gettext("Why these promises may be broken"), gettext("The review names each promise that the plan would break. Nobody is told before you publish."));
  const text = reason.querySelector("textarea");
  const count = el("span", { class: "count" });
  const search = el("input", { type: "search", placeholder: gettext("Customer"), "aria-label": gettext("Search the promised visits") });
  const list = el("ul", { class: "promise-list" }, ...rows.map((one) => one.line));
  const none = el("p", { class: "muted", text: gettext("Nobody is promised a time on these days.") });
  let days = 1;
  const draw = () => {
    const wanted = search.value.trim().toLocaleLowerCase();
    const here = rows.filter((one) => one.row.days <= days);
    for (const one of rows) {
      const there = one.row.days <= days;
      if (!there) one.box.checked = false;
      one.line.hidden = !there || !(one.box.checked || one.row.customer.toLocaleLowerCase().includes(wanted));
    }
    const named = rows.filter((one) => one.box.checked).length;
    count.textContent = named;
    count.hidden = !named;
    reason.hidden = !named;
    text.disabled = named === 0; // what is hidden must not hold the form back
    search.hidden = here.length < MANY;
    none.hidden = here.length > 0;
  };
  list.addEventListener("change", draw);
  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  const element = el("details", { class: "more" }, el("summary", {}, gettext("Promises it may break"), " ", count),
    el("div", { class: "stack stack--tight" },
      el("p", { class: "small muted", text: gettext("Every promise is kept unless you name it here.") }), search, none, list, reason));
  text.addEventListener("invalid", () => {
    element.open = true; // what is folded away can't be shown as wrong
  });
  return {
    element,
    show: (chosen) => {
      days = chosen;
      draw();
    },
  };
}
