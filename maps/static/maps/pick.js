// Picks a place: by searching, by clicking or dragging on the map, by arrow keys. The form's own inputs hold the result.
import { createMap } from "./map.js";
import { attachSearch } from "./search.js";

const STEP_M = 5;
const BIG_STEP_M = 50;
const METRES_PER_DEGREE = 111195;
const PIN = `<svg width="28" height="38" viewBox="0 0 28 38" aria-hidden="true"><path stroke-width="1.5"
  d="M14 1C6.8 1 1 6.8 1 14c0 9 13 23 13 23s13-14 13-23C27 6.8 21.2 1 14 1z"/><circle cx="14" cy="14" r="5"/></svg>`;

export function attachPicker(root) {
  const form = root.closest("form") ?? document;
  const field = (name) => form.querySelector(`[name="${root.dataset.prefix}${name}"]`);
  const inputs = { lat: field("latitude"), lon: field("longitude"), quality: field("quality"), provider: field("provider") };
  const status = root.querySelector("[data-picker-status]");
  const element = root.querySelector("[data-picker-map]");
  element.hidden = false;
  const first = readInputs(inputs);
  const { map, ready } = createMap(element, first ? { centre: first, zoom: 17 } : {});
  let pin = null;

  const showPin = (position) => {
    if (pin) {
      pin.setLatLng(position);
      return;
    }
    pin = createPin(position).addTo(map);
    pin.on("dragend", () => take(pin.getLatLng(), "picked", "", gettext("Set by hand on the map.")));
    pin.getElement().addEventListener("keydown", (event) => movePin(event, pin, (position) => {
      take(position, "picked", "", gettext("Set by hand on the map."));
      map.panInside(position, { padding: [40, 40] });
    }));
  };
  const take = (position, quality, provider, message) => {
    inputs.lat.value = position.lat.toFixed(6);
    inputs.lon.value = position.lng.toFixed(6);
    if (inputs.quality) {
      inputs.quality.value = quality;
    }
    if (inputs.provider) {
      inputs.provider.value = provider;
    }
    showPin(position);
    status.textContent = message;
    root.dispatchEvent(new CustomEvent("place-picked", { bubbles: true, detail: { position, quality } }));
  };

  if (first) {
    showPin(L.latLng(first));
  }
  map.on("click", (event) => take(event.latlng, "picked", "", gettext("Set by hand on the map.")));
  for (const input of [inputs.lat, inputs.lon]) {
    input.addEventListener("change", () => {
      const typed = readInputs(inputs);
      if (typed) {
        take(L.latLng(typed), "picked", "", gettext("Set by its coordinates."));
        map.setView(typed, Math.max(map.getZoom(), 16));
      }
    });
  }
  attachSearch(root, (result) => {
    fillAddress(field, result);
    take(L.latLng(result.lat, result.lon), result.quality, result.provider, `${result.label} (${result.quality_label})`);
    map.setView([result.lat, result.lon], 17);
  });
  return { map, ready };
}

function readInputs(inputs) {
  if (inputs.lat.value.trim() === "" || inputs.lon.value.trim() === "") {
    return null;
  }
  const lat = Number(inputs.lat.value.replace(",", "."));
  const lon = Number(inputs.lon.value.replace(",", "."));
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [lat, lon] : null;
}

function createPin(position) {
  const icon = L.divIcon({ className: "map-pin", html: PIN, iconSize: [28, 38], iconAnchor: [14, 37] });
  const title = gettext("Place. Move it with the arrow keys, with Shift in larger steps.");
  return L.marker(position, { icon, draggable: true, keyboard: true, title, alt: title, autoPan: true });
}

function movePin(event, pin, done) {
  const way = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (!way) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  const step = (event.shiftKey ? BIG_STEP_M : STEP_M) / METRES_PER_DEGREE;
  const { lat, lng } = pin.getLatLng();
  done(L.latLng(lat + way[0] * step, lng + (way[1] * step) / Math.cos((lat * Math.PI) / 180)));
}

/** Writes the found address into the form's address fields, but never over what a person has typed. */
function fillAddress(field, result) {
  for (const name of ["line1", "city", "postal_code"]) {
    const input = field(name);
    if (input && result[name] && (input.value.trim() === "" || input.dataset.filled === input.value)) {
      input.value = result[name];
      input.dataset.filled = result[name];
    }
  }
}

for (const root of document.querySelectorAll("[data-place-picker]")) {
  attachPicker(root);
}
