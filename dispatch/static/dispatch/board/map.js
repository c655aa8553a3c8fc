// The map of the day: routes in order and in the lane's colour, numbered stops, unplanned pins, homes.
import { createMap } from "/static/maps/map.js";
import { bus, select, state } from "./state.js";
import { span } from "./words.js";

const lanesDrawn = new Map(); // lane id -> { json, layer, line, markers }
let map;
let element;
let trayLayer;
let trayJson = "";
let proposalLayer;
let seen = false;

export function setUpMap(canvas) {
  element = canvas;
  const bounds = boundsOfDay();
  ({ map } = createMap(canvas, bounds ? { bounds } : {}));
  if (bounds) fitDay(bounds);
  trayLayer = L.layerGroup().addTo(map);
  proposalLayer = L.layerGroup().addTo(map);
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(canvas);
  bus.addEventListener("select", (event) => markSelected(event.detail.from));
  bus.addEventListener("proposal", drawProposedRoutes);
  const recolour = () => {
    lanesDrawn.forEach((known) => known.layer.remove());
    lanesDrawn.clear();
    drawMap();
  };
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
}

function points() {
  const all = state.day.lanes.flatMap((lane) => lane.stops).concat(state.day.tray);
  const homes = state.day.lanes.map((lane) => lane.home).filter(Boolean);
  return all.filter((one) => one.lat !== null).concat(homes).map((one) => [one.lat, one.lon]);
}

function boundsOfDay() {
  const all = points();
  return all.length ? L.latLngBounds(all) : null;
}

/** As near as the whole day allows, between the map's own steps; once, for then the view is the reader's. */
function fitDay(bounds) {
  map.options.zoomSnap = 0.1;
  map.fitBounds(bounds, { padding: [22, 18], maxZoom: 16, animate: false });
  map.options.zoomSnap = 1;
  seen = true;
}

export function drawMap() {
  if (!seen && points().length) fitDay(boundsOfDay());
  const kept = new Set();
  for (const lane of state.day.lanes) {
    kept.add(lane.id);
    const json = JSON.stringify([lane.stops, lane.home, lane.lane, lane.dashed, lane.initials]);
    const known = lanesDrawn.get(lane.id);
    if (known?.json === json) continue;
    known?.layer.remove();
    lanesDrawn.set(lane.id, { json, ...drawLane(lane) });
  }
  for (const [id, known] of lanesDrawn) {
    if (kept.has(id)) continue;
    known.layer.remove();
    lanesDrawn.delete(id);
  }
  drawTrayPins();
  drawProposedRoutes();
  markSelected(null);
}

function laneColour(number) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--lane-${number}`).trim();
}

function drawLane(lane) {
  const layer = L.layerGroup().addTo(map);
  const colour = laneColour(lane.lane);
  const stops = lane.stops.filter((stop) => stop.lat !== null);
  const way = stops.map((stop) => [stop.lat, stop.lon]);
  if (lane.home) {
    if (way.length) way.unshift([lane.home.lat, lane.home.lon]);
    const icon = L.divIcon({ className: "home-pin", html: homeIcon(lane), iconSize: [22, 22] });
    L.marker([lane.home.lat, lane.home.lon], { icon, keyboard: false, title: `${lane.name}: ${lane.home.label}` }).addTo(layer);
  }
  const line = L.polyline(way, { color: colour, weight: 3, opacity: 0.75, dashArray: lane.dashed ? "9 6" : null, interactive: false }).addTo(layer);
  const markers = new Map();
  for (const stop of stops) {
    const marker = pin(stop, nameOf(lane, stop), lane.lane, `stop-pin is-${stop.state} ${stop.trouble ? `is-${stop.trouble}` : ""}`);
    marker.addTo(layer);
    markers.set(stop.appointment, marker);
  }
  return { layer, line, markers };
}

/** Initials and number, kept apart where the initials end in a digit themselves. */
function nameOf(lane, stop) {
  return lane.initials + (/\d$/.test(lane.initials) ? "·" : "") + stop.number;
}

function homeIcon(lane) {
  const icon = document.createElement("span");
  icon.dataset.lane = lane.lane;
  return icon;
}

function pin(row, text, lane, className) {
  const label = document.createElement("span");
  label.textContent = text;
  if (lane) label.dataset.lane = lane;
  const icon = L.divIcon({ className, html: label, iconSize: [34, 24] });
  const when = row.drawn ? `, ${span(row.drawn.starts, row.drawn.ends)}` : "";
  const marker = L.marker([row.lat, row.lon], { icon, title: `${row.customer}${when}`, alt: `${text}, ${row.customer}${when}`, riseOnHover: true });
  marker.on("click", () => select(row.appointment, "map"));
  marker.on("keypress", (event) => {
    if (event.originalEvent.key === "Enter") select(row.appointment, "map");
  });
  return marker;
}

const trayMarkers = new Map();

function drawTrayPins() {
  const json = JSON.stringify(state.day.tray);
  if (json === trayJson) return;
  trayJson = json;
  trayLayer.clearLayers();
  trayMarkers.clear();
  for (const row of state.day.tray) {
    if (row.lat === null) continue;
    const marker = pin(row, "?", null, "stop-pin is-unplanned");
    marker.addTo(trayLayer);
    trayMarkers.set(row.appointment, marker);
  }
}

function drawProposedRoutes() {
  proposalLayer.clearLayers();
  const shown = state.showProposal && state.day.proposal;
  element.classList.toggle("shows-proposal", Boolean(shown));
  if (!shown) return;
  for (const lane of state.day.lanes) {
    const stops = shown.stops.filter((stop) => stop.route === lane.route && stop.lat !== null);
    const way = stops.map((stop) => [stop.lat, stop.lon]);
    if (lane.home && way.length) way.unshift([lane.home.lat, lane.home.lon]);
    L.polyline(way, { color: laneColour(lane.lane), weight: 4, dashArray: "2 7", interactive: false }).addTo(proposalLayer);
  }
}

function markSelected() {
  let chosenLane = null;
  for (const [id, known] of lanesDrawn) {
    for (const [appointment, marker] of known.markers) {
      const chosen = appointment === state.selected;
      mark(marker, chosen);
      if (chosen) chosenLane = id;
    }
  }
  for (const [appointment, marker] of trayMarkers) mark(marker, appointment === state.selected);
  for (const [id, known] of lanesDrawn) {
    const quiet = chosenLane !== null && id !== chosenLane;
    known.line.setStyle({ opacity: quiet ? 0.25 : 0.8, weight: id === chosenLane ? 5 : 3 });
  }
}

function mark(marker, chosen) {
  marker.getElement()?.classList.toggle("is-selected", chosen);
  marker.setZIndexOffset(chosen ? 1000 : 0);
}
