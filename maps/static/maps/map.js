// A Leaflet map over the region's own base map, or over tiles when the installation has a tile server.
import { createBasemapLayer, loadBasemap } from "./basemap.js";

const WORLD = { centre: [40, -3], zoom: 6 };

/**
 * Options may also stand on the element as data-basemap-url, data-tile-url, data-tile-attribution and data-label.
 * `bounds` ([[south, west], [north, east]]) or `centre` with `zoom` fix the first view; else the base map's town is shown.
 * Returns at once: { map, ready (a promise of the base map or null), recolour() }.
 */
export function createMap(element, options = {}) {
  const settings = { ...element.dataset, ...options };
  const map = L.map(element, {
    zoomControl: false,
    attributionControl: true,
    maxZoom: settings.maxZoom ?? 19,
    minZoom: settings.minZoom ?? 4,
    zoomSnap: 1,
    preferCanvas: true,
    renderer: L.canvas({ padding: 0.3 }),
  });
  map.attributionControl.setPrefix(false);
  L.control
    .zoom({ position: "topright", zoomInTitle: gettext("Zoom in"), zoomOutTitle: gettext("Zoom out") })
    .addTo(map);
  L.control.scale({ imperial: false, maxWidth: 90 }).addTo(map);
  element.classList.add("map");
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", settings.label || gettext("Map"));
  const isSet = setFirstView(map, settings);
  if (settings.tileUrl) {
    L.tileLayer(settings.tileUrl, { attribution: settings.tileAttribution, maxZoom: 19 }).addTo(map);
    return { map, ready: Promise.resolve(null), recolour() {} };
  }
  return { map, ...addBasemap(map, element, settings, isSet) };
}

function setFirstView(map, settings) {
  if (settings.bounds) {
    map.fitBounds(settings.bounds, { padding: [24, 24], maxZoom: 16 });
  } else if (settings.centre) {
    map.setView(settings.centre, Number(settings.zoom ?? 16));
  } else {
    map.setView(WORLD.centre, WORLD.zoom);
    return false;
  }
  return true;
}

function addBasemap(map, element, settings, isSet) {
  let layer = null;
  let moved = isSet;
  const recolour = () => layer?.recolour();
  map.once("mousedown touchstart keydown zoomstart", () => {
    moved = true;
  });
  const draw = async () => {
    if (!settings.basemapUrl) {
      return null;
    }
    const basemap = await loadBasemap(settings.basemapUrl);
    layer = createBasemapLayer(basemap, element).addTo(map);
    if (!moved) {
      map.fitBounds(basemap.bounds.pad(-0.24), { animate: false });
    }
    return basemap;
  };
  const ready = draw().catch((error) => {
    // The map stays useful without its ground: markers and routes are drawn on plain land.
    console.warn(gettext("The base map could not be loaded."), error);
    return null;
  });
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", recolour);
  const theme = new MutationObserver(recolour);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  map.on("unload", () => {
    scheme.removeEventListener("change", recolour);
    theme.disconnect();
  });
  return { ready, recolour };
}
