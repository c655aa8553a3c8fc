// Why a visit has no place, with the cheapest ways to give it one; why a stop is where it is, and what others would cost.
import { address, addresses, getJSON, post } from "./api.js";
import { el, say, toast } from "./dom.js";
import { refresh } from "./live.js";
import { move } from "./session.js";
import { findEntry, state } from "./state.js";
import { clock, number } from "./words.js";

const SLOW_MS = 300;
const SHOWN = 3;
const known = new Map(); // address -> the last answer, shown until a newer one is there

/** Draws into `box`, at once what was known, then what holds now. Gives the answer, or null. With `plan` (its id) on the
 * routes as that proposal would make them. */
export async function explain(box, appointment, draw, plan = null) {
  const where = address("explanation", appointment) + (plan === null ? "" : `?plan=${plan}`);
  const show = (answer) => box.replaceChildren(...draw(answer, appointment));
  if (known.has(where)) show(known.get(where));
  const slow = setTimeout(() => {
    if (!box.children.length) box.replaceChildren(el("p", { class: "small muted", text: gettext("Trying every route…") }));
  }, SLOW_MS);
  try {
    const answer = await getJSON(where);
    known.set(where, answer);
    show(answer);
    return answer;
  } catch (error) {
    if (error.status === undefined) throw error;
    if (!known.has(where)) box.replaceChildren(el("p", { class: "small muted", text: error.message }));
    return null;
  } finally {
    clearTimeout(slow);
  }
}

/** Unfolds to the ways to fit a visit in, asked for then. */
export function waysDetails(appointment, { open = false, plan = null, onToggle = () => {} } = {}) {
  const box = el("div", { class: "fixes-body" });
  const details = el("details", { class: "small blockers", open }, el("summary", { text: gettext("Ways to fit it in") }), box);
  details.addEventListener("toggle", () => {
    onToggle(details.open);
    if (details.open) explain(box, appointment, drawFixes, plan);
  });
  return details;
}

/** The ways to fit an unplanned visit in, each with its price and its buttons. */
export function drawFixes(answer, appointment) {
  if (answer.placed) return [];
  const ways = answer.room ? [answer.room] : answer.fixes;
  if (!ways.length) return [el("p", { class: "small muted", text: gettext("No single change would let it in. Move other visits, or plan more days together.") })];
  return [el("ul", { class: "fix-list" }, ...ways.map((way) => el("li", {},
    el("span", { class: "fix-text", text: way.text }), el("span", { class: "small muted fix-price", text: way.price }),
    way.acts.length ? el("span", { class: "fix-acts" }, ...way.acts.map((one) => actButton(one, appointment))) : null)))];
}

function actButton(one, appointment) {
  if (one.kind === "go") return el("a", { class: "button compact", href: one.address, text: one.label });
  return el("button", { type: "button", class: "compact", text: one.label, on: { click: () => carryOut(one, appointment) } });
}

async function carryOut(one, appointment) {
  if (one.kind === "release") {
    try {
      await post(addresses.pin, { appointment: one.appointment, ...one.pins });
    } catch (error) {
      toast(error.message, { tone: "tone-danger shape-triangle" });
      return;
    }
    say(gettext("Pin removed."));
    await refresh();
  }
  const row = findEntry(appointment);
  const lane = state.day.lanes.find((each) => each.id === one.lane);
  if (row && lane) await move({ row, lane, startsAt: one.starts });
}

/** Of a stop: its price by part, the next-best places, the price of the whole route. */
export function drawWhy(answer) {
  if (!answer.placed || !answer.route) return [];
  const others = answer.alternatives.slice(0, SHOWN);
  return [
    el("h3", { text: gettext("Why this technician and hour") }),
    others.length ? el("p", { class: "small muted", text: gettext("The next-best places:") }) : null,
    others.length
      ? el("ul", { class: "fix-list" }, ...others.map((row) => el("li", {}, el("span", { class: "fix-text" },
        el("span", { class: "lane-dot", data: { lane: row.lane }, text: row.technician }), ` ${clock(row.starts)}`), el("span", { class: "small muted fix-price", text: extraWords(row.extra_s) }))))
      : el("p", { class: "small muted", text: gettext("No other technician or hour would keep every rule.") }),
    priceTable(gettext("Price of this stop"), answer.parts, answer.cost_s),
    el("details", { class: "more" }, el("summary", { text: interpolate(gettext("Whole route of %(who)s: %(price)s min"), { who: answer.route.technician, price: minutes(answer.route.cost_s) }, true) }),
      priceTable(interpolate(gettext("Price of the route of %s"), [answer.route.technician]), answer.route.parts, answer.route.cost_s)),
  ].filter(Boolean);
}

function extraWords(seconds) {
  const count = Math.round(seconds / 60);
  if (count > 0) return interpolate(ngettext("costs %s min more", "costs %s min more", count), [number(count)]);
  if (count < 0) return interpolate(ngettext("costs %s min less", "costs %s min less", -count), [number(-count)]);
  return gettext("costs the same");
}

function minutes(seconds) {
  return number(Math.round(seconds / 60));
}

function priceTable(caption, parts, total) {
  return el("table", { class: "price-table" }, el("caption", { text: caption }),
    el("thead", {}, el("tr", {}, el("th", { scope: "col", text: gettext("Part") }), el("th", { scope: "col", class: "number", text: gettext("min of driving") }))),
    el("tbody", {}, ...parts.map((row) => el("tr", {}, el("td", { text: row.label }), el("td", { class: "number", text: minutes(row.cost_s) })))),
    el("tfoot", {}, el("tr", {}, el("th", { scope: "row", text: gettext("Together") }), el("td", { class: "number", text: minutes(total) }))));
}
