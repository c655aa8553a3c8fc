// Draws a region's base map (maps/region_files.py writes it) into canvas tiles: sharp at every zoom, light or dark.
import { layOutLabels } from "./labels.js";

const TILE = 512;
const BASE_ZOOM = 16; // Shapes are kept in pixels of this zoom around the map's own corner: small enough for a canvas.
const ROAD_ORDER = ["track", "old", "street", "road", "secondary", "avenue", "ring", "motorway"];
const ROADS = {
  track: { metres: 5, from: 12, least: 0.7, colour: "track" },
  old: { metres: 6.5, from: 14, least: 0.7, colour: "road" },
  street: { metres: 10.5, from: 13, least: 0.5, colour: "road" },
  road: { metres: 12, from: 10, least: 1.3, colour: "road-major" },
  secondary: { metres: 16, from: 12, least: 1, colour: "road" },
  avenue: { metres: 22, from: 11, least: 1.2, colour: "road-major" },
  ring: { metres: 27, from: 10, least: 2, colour: "road-ring" },
  motorway: { metres: 30, from: 9, least: 2.2, colour: "road-motorway" },
};
// maps/regions.py writes it into the file in English.
const CREDITS = { "Valdeluna: a made-up town": gettext("Valdeluna: a made-up town") };
const COLOURS = [
  "land", "urban", "block", "business", "yard", "park", "plaza", "wood", "water", "road", "road-major", "road-ring",
  "road-motorway", "casing", "track", "label", "label-quiet", "label-water", "label-park", "halo",
];

export async function loadBasemap(url) {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  return prepare(await response.json());
}

function prepare(data) {
  const [south, west, north, east] = data.bounds;
  const crs = L.CRS.EPSG3857;
  const origin = crs.latLngToPoint(L.latLng(north, west), BASE_ZOOM);
  const project = (lat, lon) => crs.latLngToPoint(L.latLng(lat, lon), BASE_ZOOM).subtract(origin);
  const decode = (flat) => {
    const xy = new Float32Array(flat.length);
    let lat = 0;
    let lon = 0;
    for (let i = 0; i < flat.length; i += 2) {
      lat += flat[i];
      lon += flat[i + 1];
      const point = project(lat / data.parts, lon / data.parts);
      xy[i] = point.x;
      xy[i + 1] = point.y;
    }
    return xy;
  };
  const shape = (...rings) => {
    const decoded = rings.map(decode);
    return { rings: decoded, box: boxOf(decoded[0]) };
  };
  const blocks = Object.fromEntries(
    Object.entries(data.blocks).map(([kind, items]) => [kind, items.map((rings) => shape(...rings))]),
  );
  const roads = data.roads.map((road) => ({ ...shape(road.path), road: road.road, name: road.name }));
  const labels = data.labels.map((label) => {
    const point = project(label.lat / data.parts, label.lon / data.parts);
    return { name: label.name, kind: label.kind, x: point.x, y: point.y };
  });
  return {
    origin,
    metre: project(south, west).y / L.latLng(north, west).distanceTo(L.latLng(south, west)),
    bounds: L.latLngBounds([south, west], [north, east]),
    attribution: CREDITS[data.attribution] ?? data.attribution,
    water: data.water.map((ring) => shape(ring)),
    woods: data.woods.map((ring) => shape(ring)),
    quarters: data.quarters.map((ring) => shape(ring)),
    blocks,
    roads: ROAD_ORDER.map((kind) => [kind, roads.filter((road) => road.road === kind)]),
    labels,
    labelled: new Map(),
  };
}

function boxOf(xy) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < xy.length; i += 2) {
    box[0] = Math.min(box[0], xy[i]);
    box[1] = Math.min(box[1], xy[i + 1]);
    box[2] = Math.max(box[2], xy[i]);
    box[3] = Math.max(box[3], xy[i + 1]);
  }
  return box;
}

/** The colours as the page's style sheet has them now. */
export function readColours(element) {
  const style = getComputedStyle(element);
  return Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--map-${name}`).trim()]));
}

export function createBasemapLayer(basemap, element) {
  let colours = readColours(element);
  const font = getComputedStyle(element).fontFamily;
  const Layer = L.GridLayer.extend({
    createTile(coords) {
      const canvas = document.createElement("canvas");
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      canvas.width = canvas.height = TILE * ratio;
      const pen = canvas.getContext("2d");
      pen.scale(ratio, ratio);
      drawTile(pen, basemap, coords, colours, font);
      return canvas;
    },
    recolour() {
      colours = readColours(element);
      this.redraw();
    },
  });
  // Coloured below the tiles too, so that nothing flashes while they are drawn.
  return new Layer({ tileSize: TILE, attribution: basemap.attribution, maxZoom: 20, keepBuffer: 1, updateWhenZooming: false });
}

function drawTile(pen, basemap, coords, colours, font) {
  const zoom = coords.z;
  const scale = 2 ** (zoom - BASE_ZOOM);
  const left = coords.x * TILE - basemap.origin.x * scale;
  const top = coords.y * TILE - basemap.origin.y * scale;
  const view = { pen, scale, left, top, box: [left, top, left + TILE, top + TILE].map((value) => value / scale) };
  pen.fillStyle = colours.land;
  pen.fillRect(0, 0, TILE, TILE);
  pen.lineJoin = "round";
  pen.lineCap = "round";
  drawAreas(view, basemap, zoom, colours);
  drawRoads(view, basemap, zoom, colours);
  if (!basemap.labelled.has(zoom)) {
    basemap.labelled.set(zoom, layOutLabels(basemap, zoom, scale, font));
  }
  for (const label of basemap.labelled.get(zoom)) {
    drawLabel(view, label, colours, font);
  }
}

function drawAreas(view, basemap, zoom, colours) {
  fill(view, basemap.woods, colours.wood);
  fill(view, basemap.quarters, colours.urban);
  fill(view, basemap.blocks.park, colours.park);
  fill(view, basemap.water, colours.water);
  if (zoom < 13) {
    return;
  }
  fill(view, basemap.blocks.plaza, colours.plaza);
  fill(view, basemap.blocks.business, colours.business);
  fill(view, basemap.blocks.home, colours.block);
  if (zoom >= 15) {
    fill(view, basemap.blocks.home, colours.yard, 1);
  }
}

function drawRoads(view, basemap, zoom, colours) {
  const width = (kind) => Math.max(ROADS[kind].least, ROADS[kind].metres * basemap.metre * view.scale);
  for (const [kind, roads] of basemap.roads) {
    if (zoom >= Math.max(ROADS[kind].from, 11) && kind !== "track") {
      const edge = zoom >= 16 ? 2 : 1.2;
      const quiet = zoom < 15 && (kind === "street" || kind === "old" || (kind === "secondary" && zoom < 13));
      if (!quiet) {
        stroke(view, roads, colours.casing, width(kind) + edge);
      }
    }
  }
  for (const [kind, roads] of basemap.roads) {
    if (zoom >= ROADS[kind].from) {
      stroke(view, roads, colours[ROADS[kind].colour], width(kind));
    }
  }
}

function isVisible(view, box, margin) {
  const around = margin / view.scale;
  return (
    box[0] <= view.box[2] + around && box[2] >= view.box[0] - around &&
    box[1] <= view.box[3] + around && box[3] >= view.box[1] - around
  );
}

function trace(view, xy) {
  const { pen, scale, left, top } = view;
  pen.moveTo(xy[0] * scale - left, xy[1] * scale - top);
  for (let i = 2; i < xy.length; i += 2) {
    pen.lineTo(xy[i] * scale - left, xy[i + 1] * scale - top);
  }
}

function fill(view, shapes, colour, ring = 0) {
  view.pen.beginPath();
  for (const shape of shapes) {
    if (shape.rings[ring] && isVisible(view, shape.box, 0)) {
      trace(view, shape.rings[ring]);
      view.pen.closePath();
    }
  }
  view.pen.fillStyle = colour;
  view.pen.fill();
}

function stroke(view, shapes, colour, width) {
  view.pen.beginPath();
  for (const shape of shapes) {
    if (isVisible(view, shape.box, width)) {
      trace(view, shape.rings[0]);
    }
  }
  view.pen.strokeStyle = colour;
  view.pen.lineWidth = width;
  view.pen.stroke();
}

function drawLabel(view, label, colours, font) {
  const x = label.x - view.left;
  const y = label.y - view.top;
  const reach = label.width / 2 + 8;
  if (x < -reach || y < -reach || x > TILE + reach || y > TILE + reach) {
    return;
  }
  const { pen } = view;
  pen.save();
  pen.translate(x, y);
  pen.rotate(label.angle);
  pen.font = `${label.font} ${font}`;
  pen.letterSpacing = label.spacing;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineWidth = 3;
  pen.strokeStyle = label.halo === "water" ? "transparent" : colours.halo;
  pen.strokeText(label.text, 0, 0);
  pen.fillStyle = colours[label.colour];
  pen.fillText(label.text, 0, 0);
  pen.restore();
}
