// The time board: one lane a shift, everything to scale. A lane is drawn again only when it has changed.
import { el } from "./dom.js";
import { select, state } from "./state.js";
import { clock, clockOfMinutes, duration, minutesOf, span } from "./words.js";

const FAR_MIN = 5;
const drawn = new Map(); // lane id -> { json, row, appointments }
let box;
let scroller;
let more;
let rows;
let range = { from: 480, to: 1080 };

export function setUpLanes(element) {
  box = element;
  rows = el("div", { class: "lane-rows" });
  scroller = el("div", { class: "lane-scroller", data: { scroller: "" } }, el("div", { class: "ruler", data: { ruler: "" } }), rows);
  more = el("button", { type: "button", class: "compact lanes-more", hidden: true, on: { click: () => scroller.scrollBy({ top: scroller.clientHeight / 2 }) } });
  box.append(scroller, more);
  scroller.addEventListener("scroll", tellMore, { passive: true });
  new ResizeObserver(tellMore).observe(scroller);
  setInterval(placeNow, 30_000);
  closeMenus();
  return scroller;
}

/** Says how many lanes lie below what can be seen. */
function tellMore() {
  const end = scroller.scrollTop + scroller.clientHeight;
  const below = [...rows.querySelectorAll(".lane")].filter((row) => row.offsetTop + row.offsetHeight / 2 > end).length;
  more.hidden = below === 0;
  if (below) more.textContent = `↓ ${interpolate(ngettext("%s more lane", "%s more lanes", below), [below])}`;
}

function closeMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of rows.querySelectorAll(".lane-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  rows.addEventListener("keydown", (event) => {
    const menu = event.target.closest(".lane-menu[open]");
    if (event.key !== "Escape" || !menu) return;
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  rows.addEventListener("toggle", (event) => event.target.matches(".lane-menu") && placeMenu(event.target), true);
  scroller.addEventListener("scroll", () => rows.querySelectorAll(".lane-menu[open]").forEach(placeMenu), { passive: true });
}

/** An open menu lies above everything, beside its button and wholly on the screen. */
function placeMenu(menu) {
  const body = menu.querySelector(".menu-body");
  if (!menu.open || !menu.isConnected) return;
  if (!body.matches(":popover-open")) body.showPopover();
  const button = menu.getBoundingClientRect();
  const below = Math.min(button.bottom + 4, window.innerHeight - body.offsetHeight - 8);
  body.style.setProperty("inset-block-start", `${Math.max(8, below)}px`);
  body.style.setProperty("inset-inline-start", `${Math.min(button.right + 4, window.innerWidth - body.offsetWidth - 8)}px`);
}

export function timeRange() {
  return range;
}

export function drawLanes() {
  const before = `${range.from} ${range.to}`;
  range = findRange();
  box.style.setProperty("--span", range.to - range.from);
  box.parentElement.style.setProperty("--rows", Math.max(3, state.day.lanes.length));
  if (before !== `${range.from} ${range.to}` || !box.querySelector(".hour")) {
    drawRuler();
    drawn.clear();
  }
  const kept = new Set();
  state.day.lanes.forEach((lane, index) => {
    kept.add(lane.id);
    const row = drawLane(lane);
    if (rows.children[index] !== row) rows.insertBefore(row, rows.children[index] ?? null);
  });
  for (const row of [...rows.children]) if (!kept.has(Number(row.dataset.laneId))) row.remove();
  if (!state.day.lanes.length && !rows.children.length) rows.append(emptyDay());
  keepOneTabStop();
  placeNow();
  tellMore();
  markSelected();
}

function emptyDay() {
  const text = gettext("Nobody has a shift on this day. Give technicians weekly shifts in the master data, or choose another day.");
  return el("div", { class: "empty" }, el("p", { text }));
}

function findRange() {
  let from = 24 * 60;
  let to = 0;
  for (const lane of state.day.lanes) {
    from = Math.min(from, minutesOf(lane.starts));
    to = Math.max(to, minutesOf(lane.ends));
    for (const stop of lane.stops) {
      from = Math.min(from, minutesOf(stop.drawn.leaves));
      to = Math.max(to, minutesOf(stop.drawn.ends));
    }
  }
  if (from >= to) return { from: 480, to: 1080 };
  return { from: Math.floor(from / 60) * 60, to: Math.ceil(to / 60) * 60 };
}

function drawRuler() {
  const ruler = scroller.querySelector("[data-ruler]");
  const hours = [];
  for (let minute = range.from; minute < range.to; minute += 60) {
    hours.push(el("span", { class: "hour", text: clockOfMinutes(minute), at: { "--from": minute - range.from } }));
  }
  const zoom = el("div", { class: "lane-head ruler-head", data: { zoom: "" } });
  const old = ruler.querySelector("[data-zoom]");
  ruler.replaceChildren(old ?? zoom, el("div", { class: "ruler-track" }, ...hours));
}

function drawLane(lane) {
  const json = JSON.stringify(lane);
  const known = drawn.get(lane.id);
  if (known && known.json === json) return known.row;
  const focused = document.activeElement?.closest?.("[data-stop]")?.dataset.stop;
  const hadFocus = known && known.row.contains(document.activeElement);
  const before = known?.appointments ?? null;
  const row = el("div", { class: "lane", data: { laneId: lane.id, lane: lane.lane, route: lane.route ?? "" } });
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", lane.name);
  row.append(laneHead(lane), laneTrack(lane, before));
  if (known?.row.querySelector(".lane-menu").open) row.querySelector(".lane-menu").open = true;
  const appointments = new Set(lane.stops.map((stop) => stop.appointment));
  if (known && known.row.isConnected) known.row.replaceWith(row);
  drawn.set(lane.id, { json, row, appointments });
  if (hadFocus && focused) row.querySelector(`[data-stop="${focused}"]`)?.focus({ preventScroll: true });
  return row;
}

function laneHead(lane) {
  const full = interpolate(gettext("%(load)s % full: %(work)s of work, %(travel)s of driving"), {
    load: lane.load, work: duration(lane.work_s), travel: duration(lane.travel_s),
  }, true);
  const load = el("span", { class: `load${lane.load > 100 ? " over" : ""}`, title: full, at: { "--load": Math.min(lane.load, 100) } });
  const menu = el("details", { class: "menu lane-menu" },
    el("summary", { "aria-label": interpolate(gettext("More about %s"), [lane.name]) }, el("span", { "aria-hidden": "true", text: "⋮" })),
    el("div", { class: "menu-body", popover: "manual" },
      el("p", {}, el("strong", { text: lane.name }), el("br"), el("span", { class: "small muted", text: `${lane.employer} · ${span(lane.starts, lane.ends)}` })),
      el("p", { class: "small", text: full }),
      lane.phone ? el("a", { href: `tel:${lane.phone.replaceAll(" ", "")}`, text: lane.phone }) : null,
      el("a", { href: `/technicians/${lane.technician}/pair/`, text: gettext("Pair phone") }),
      ...repairButtons(lane)));
  return el("div", { class: "lane-head" },
    el("span", { class: lane.dashed ? "chip is-dashed" : "chip", "aria-hidden": "true", text: lane.initials }),
    el("span", { class: "lane-name" },
      el("span", { class: "lane-title", text: lane.name, title: lane.contractor ? `${lane.name} (${lane.employer})` : lane.name }),
      el("span", { class: "lane-load" }, load, el("span", { class: "load-text", text: `${lane.stops.length} · ${lane.load} %` }), overtimeMark(lane))),
    menu);
}

/** What `repairs.js` does for the lane. */
function repairButtons(lane) {
  if (lane.route === null || new Date(lane.ends) <= new Date(state.day.now)) return [];
  return [["ill", gettext("Technician ill…")], ["late", gettext("Runs late…")]].map(([name, text]) => el("button", { type: "button", class: "compact", data: { repair: name }, text }));
}

function overtimeMark(lane) {
  if (lane.overtime_s < 60) return null;
  const title = interpolate(gettext("%s after the shift"), [duration(lane.overtime_s)]);
  return el("span", { class: "mark lane-overtime tone-warning shape-clock", title }, el("span", { "aria-hidden": "true", text: `+${duration(lane.overtime_s)}` }), el("span", { class: "sr-only", text: title }));
}

function bar(kind, starts, ends, props = {}, ...children) {
  const from = minutesOf(starts) - range.from;
  return el("div", { class: kind, at: { "--from": from, "--to": minutesOf(ends) - range.from }, ...props }, ...children);
}

function laneTrack(lane, before) {
  const track = el("div", { class: "lane-track", data: { track: lane.id } });
  track.append(bar("shift", lane.starts, lane.ends));
  for (const absence of lane.absences) {
    drawAbsence(track, lane, absence);
  }
  for (const rest of lane.breaks) {
    const text = rest.fits ? gettext("break") : gettext("break, no room");
    track.append(bar(`rest${rest.fits ? "" : " crowded"}`, rest.starts, rest.ends, { title: `${text} ${span(rest.starts, rest.ends)}` }, el("span", { text })));
  }
  for (const stop of lane.stops) {
    drawTravel(track, stop);
    drawPlannedPlace(track, stop);
  }
  for (const stop of lane.stops) {
    track.append(stopButton(stop, lane, before !== null && !before.has(stop.appointment)));
    drawBracket(track, stop);
  }
  return track;
}

// Its word stands in the longest stretch of it that no stop covers, of this shift alone: an absence may last for weeks.
function drawAbsence(track, lane, absence) {
  const moments = (one) => [new Date(one.starts).getTime(), new Date(one.ends).getTime()];
  const [first, last] = moments(lane);
  const [starts, ends] = moments(absence);
  const [from, to] = [Math.max(first, starts), Math.min(last, ends)];
  if (from >= to) return;
  const title = `${absence.label} ${span(absence.starts, absence.ends)}`;
  track.append(bar("absence", new Date(from), new Date(to), { title }));
  const stops = lane.stops.map((stop) => moments(stop.drawn)).sort((a, b) => a[0] - b[0]);
  let free = from;
  let best = [from, from];
  for (const [begin, end] of [...stops, [to, to]]) {
    const until = Math.min(begin, to);
    if (until - free > best[1] - best[0]) best = [free, until];
    free = Math.max(free, end);
  }
  track.append(bar("absence-name", new Date(best[0]), new Date(best[1]), { title }, el("span", { text: absence.label })));
}

function drawTravel(track, stop) {
  const { leaves, arrival, starts } = stop.drawn;
  const minutes = Math.round(minutesOf(arrival) - minutesOf(leaves));
  if (minutes > 0) {
    const words = interpolate(gettext("%s drive"), [duration(minutes * 60)]);
    const title = stop.quality === "estimated" ? `${words} (${gettext("estimated")})` : words;
    track.append(bar(`travel ${stop.quality}`, leaves, arrival, { title }, el("span", { text: minutes })));
  }
  if (minutesOf(starts) - minutesOf(arrival) >= 1) track.append(bar("wait", arrival, starts, { title: gettext("waits") }));
}

/** Once a stop has begun it stands where it really is; its planned place stays as an outline. */
function drawPlannedPlace(track, stop) {
  const off = Math.max(Math.abs(minutesOf(stop.starts) - minutesOf(stop.drawn.starts)), Math.abs(minutesOf(stop.ends) - minutesOf(stop.drawn.ends)));
  if (off >= FAR_MIN) track.append(bar("planned-place", stop.starts, stop.ends, { title: plannedWords(stop) }));
}

function plannedWords(stop) {
  return interpolate(gettext("planned %s"), [span(stop.starts, stop.ends)]);
}

/** After its stop, so that it is loud while the stop is pointed at. */
function drawBracket(track, stop) {
  if (!stop.window) return;
  const bracket = bar(`bracket ${stop.trouble}`, stop.window.starts, stop.window.ends);
  bracket.dataset.window = stop.appointment;
  track.append(bracket);
}

export function stopButton(stop, lane, isNew = false) {
  const pinned = stop.pinned_technician || stop.pinned_time;
  const classes = ["stop", `is-${stop.state}`, stop.trouble && `is-${stop.trouble}`, stop.overtime && "is-overtime", isNew && "is-new"].filter(Boolean);
  const { starts, ends } = stop.drawn;
  const from = minutesOf(starts) - range.from;
  const marks = [
    stop.trouble === "late" && "shape-clock", stop.trouble === "at_risk" && "shape-triangle", pinned && "shape-pin", stop.overtime && "shape-clock is-overtime",
    stop.state === "done" && "shape-tick", stop.state === "failed" && "shape-cross", stop.state === "under_way" && "shape-half",
  ].filter(Boolean);
  return el("button", {
    type: "button",
    class: classes.join(" "),
    tabindex: "-1",
    title: [stop.customer, stop.visit_type, span(starts, ends), ...factWords(stop)].join("\n"),
    "aria-label": describe(stop, lane),
    "aria-keyshortcuts": "M",
    data: { stop: stop.appointment, movable: stop.movable ? "yes" : "no" },
    at: { "--from": from, "--to": minutesOf(ends) - range.from },
    on: { click: () => select(stop.appointment, "lanes") },
  },
  el("span", { class: "stop-text", text: stop.customer }),
  el("span", { class: "stop-line" },
    el("b", { class: "stop-number", text: stop.number }), ...marks.map((look) => el("i", { class: `stop-mark ${look}` })),
    el("span", { class: "stop-time", text: clock(starts) }), el("span", { class: "stop-type", text: stop.visit_type })));
}

/** What the board shows of it otherwise by place and shape. */
function factWords(stop) {
  const moved = Math.abs(minutesOf(stop.starts) - minutesOf(stop.drawn.starts)) >= 1;
  return [moved && plannedWords(stop), stop.overtime && gettext("ends after the shift")].filter(Boolean);
}

export function describe(stop, lane) {
  const parts = [
    `${stop.number}. ${stop.customer}`, stop.visit_type, lane.name, span(stop.drawn.starts, stop.drawn.ends), stop.state_label,
    stop.window ? interpolate(gettext("promised %s"), [span(stop.window.starts, stop.window.ends)]) : null,
    stop.pinned_technician || stop.pinned_time ? gettext("pinned") : null, stop.trouble_label, ...factWords(stop),
  ];
  return parts.filter(Boolean).join(", ");
}

function placeNow() {
  const now = (Date.now() - new Date(state.day.midnight)) / 60_000 - range.from;
  let line = scroller.querySelector(".now");
  const inside = now >= 0 && now <= range.to - range.from && state.day.lanes.length > 0;
  if (!inside) {
    line?.remove();
    return;
  }
  line ??= scroller.appendChild(el("div", { class: "now", "aria-hidden": "true" }, el("span")));
  line.style.setProperty("--from", now);
  line.firstChild.textContent = clock(new Date());
}

/** One stop is reached by Tab; the arrows do the rest. */
export function keepOneTabStop(stop = null) {
  const stops = [...rows.querySelectorAll("[data-stop]")];
  const chosen = stop ?? stops.find((one) => one.tabIndex === 0) ?? stops[0];
  for (const one of stops) one.tabIndex = one === chosen ? 0 : -1;
}

export function markSelected() {
  for (const one of box.querySelectorAll(".is-selected")) one.classList.remove("is-selected");
  const chosen = stopElement(state.selected);
  chosen?.classList.add("is-selected");
  box.querySelector(`[data-window="${state.selected}"]`)?.classList.add("is-selected");
  return chosen;
}

export function stopElement(appointment) {
  return rows.querySelector(`[data-stop="${appointment}"]`);
}

export function laneElement(id) {
  return rows.querySelector(`[data-lane-id="${id}"]`);
}
