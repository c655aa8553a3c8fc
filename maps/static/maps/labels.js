// Which names are written where: laid out once for a whole zoom level, so that neighbouring tiles agree.
const STREETS = {
  motorway: { from: 13, size: 12 },
  ring: { from: 14, size: 12 },
  avenue: { from: 14.5, size: 12 },
  secondary: { from: 15, size: 12 },
  road: { from: 14, size: 12 },
  street: { from: 16, size: 12 },
  old: { from: 17, size: 12 },
  track: { from: 15, size: 12 },
};
const PLACES = {
  town: { from: 9, to: 13, font: "600 20px", spacing: "0px", colour: "label" },
  village: { from: 11, to: 16, font: "600 13px", spacing: "0px", colour: "label" },
  quarter: { from: 13, to: 16, font: "400 12px", spacing: "0.6px", colour: "label-quiet" },
  park: { from: 14, to: 18, font: "400 12px", spacing: "0.6px", colour: "label-park" },
  square: { from: 16, to: 20, font: "600 12px", spacing: "0px", colour: "label" },
  water: { from: 12, to: 18, font: "italic 400 12px", spacing: "0.6px", colour: "label-water" },
};
const GAP_PX = 520;
const ROAD_ORDER = ["motorway", "ring", "avenue", "road", "secondary", "street", "old", "track"];

export function layOutLabels(basemap, zoom, scale, family) {
  const pen = document.createElement("canvas").getContext("2d");
  const space = new Space();
  const labels = [];
  for (const label of basemap.labels) {
    const style = PLACES[label.kind];
    if (zoom >= style.from && zoom <= style.to) {
      placeName(pen, space, labels, label, style, scale, family);
    }
  }
  const roads = new Map(basemap.roads);
  for (const kind of ROAD_ORDER) {
    if (zoom >= STREETS[kind].from) {
      for (const road of roads.get(kind)) {
        nameStreet(pen, space, labels, road, STREETS[kind].size, scale, family);
      }
    }
  }
  return labels;
}

function placeName(pen, space, labels, label, style, scale, family) {
  pen.font = `${style.font} ${family}`;
  pen.letterSpacing = style.spacing;
  const width = pen.measureText(label.name).width;
  const height = parseInt(style.font.match(/(\d+)px/)[1], 10) + 6;
  const x = label.x * scale;
  const y = label.y * scale;
  if (space.take([[x - width / 2, y - height / 2, x + width / 2, y + height / 2]], 6)) {
    const { font, spacing, colour } = style;
    labels.push({ text: label.name, x, y, angle: 0, width, font, spacing, colour });
  }
}

function nameStreet(pen, space, labels, road, size, scale, family) {
  const font = `400 ${size}px`;
  pen.font = `${font} ${family}`;
  pen.letterSpacing = "0px";
  const width = pen.measureText(road.name).width;
  const way = measure(road.rings[0], scale);
  if (way.total < width + 16) {
    return;
  }
  const count = Math.max(1, Math.floor(way.total / (width + GAP_PX)));
  for (let n = 0; n < count; n += 1) {
    const middle = (way.total * (n + 0.5)) / count;
    const spot = straightSpot(way, middle, width, way.total / count / 2 - width / 2);
    if (spot && space.take(boxesAlong(spot, width, size + 2), 3)) {
      labels.push({ text: road.name, ...spot, width, font, spacing: "0px", colour: "label-quiet" });
    }
  }
}

function measure(xy, scale) {
  const points = [];
  let total = 0;
  for (let i = 0; i < xy.length; i += 2) {
    const x = xy[i] * scale;
    const y = xy[i + 1] * scale;
    if (points.length) {
      const last = points[points.length - 1];
      total += Math.hypot(x - last.x, y - last.y);
    }
    points.push({ x, y, at: total });
  }
  return { points, total };
}

function pointAt(way, at) {
  const index = Math.max(1, way.points.findIndex((point) => point.at >= at));
  const a = way.points[index - 1];
  const b = way.points[index];
  const part = b.at > a.at ? (at - a.at) / (b.at - a.at) : 0;
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}

/** The stretch nearest to the wished middle that is straight enough to carry the name. */
function straightSpot(way, middle, width, slack) {
  for (const shift of [0, 0.3, -0.3, 0.6, -0.6, 0.95, -0.95]) {
    const centre = middle + shift * slack;
    const from = centre - width / 2;
    const to = centre + width / 2;
    if (from < 6 || to > way.total - 6) {
      continue;
    }
    const a = pointAt(way, from);
    const b = pointAt(way, to);
    if (Math.hypot(b.x - a.x, b.y - a.y) > width * 0.985) {
      const angle = Math.atan2(b.y - a.y, b.x - a.x);
      const on = pointAt(way, centre);
      return {
        x: (a.x + b.x + 2 * on.x) / 4,
        y: (a.y + b.y + 2 * on.y) / 4,
        angle: Math.abs(angle) > Math.PI / 2 ? angle - Math.sign(angle) * Math.PI : angle,
      };
    }
  }
  return null;
}

function boxesAlong(spot, width, height) {
  const count = Math.max(1, Math.ceil(width / height));
  const boxes = [];
  for (let n = 0; n < count; n += 1) {
    const offset = ((n + 0.5) / count - 0.5) * width;
    const x = spot.x + Math.cos(spot.angle) * offset;
    const y = spot.y + Math.sin(spot.angle) * offset;
    boxes.push([x - height / 2, y - height / 2, x + height / 2, y + height / 2]);
  }
  return boxes;
}

/** Room on the map: boxes are taken all together or not at all. */
class Space {
  constructor(cell = 64) {
    this.cell = cell;
    this.cells = new Map();
  }

  take(boxes, margin) {
    const wide = boxes.map(([x1, y1, x2, y2]) => [x1 - margin, y1 - margin, x2 + margin, y2 + margin]);
    if (wide.some((box) => this.isTaken(box))) {
      return false;
    }
    for (const box of wide) {
      for (const key of this.keys(box)) {
        if (!this.cells.has(key)) {
          this.cells.set(key, []);
        }
        this.cells.get(key).push(box);
      }
    }
    return true;
  }

  isTaken(box) {
    return this.keys(box).some((key) =>
      (this.cells.get(key) ?? []).some((o) => box[0] < o[2] && box[2] > o[0] && box[1] < o[3] && box[3] > o[1]),
    );
  }

  keys([x1, y1, x2, y2]) {
    const keys = [];
    for (let x = Math.floor(x1 / this.cell); x <= Math.floor(x2 / this.cell); x += 1) {
      for (let y = Math.floor(y1 / this.cell); y <= Math.floor(y2 / this.cell); y += 1) {
        keys.push(`${x}:${y}`);
      }
    }
    return keys;
  }
}
