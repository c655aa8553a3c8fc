// The proposal drawn over the lanes: hatched, beside what is published, which fades.
import { el } from "./dom.js";
import { timeRange } from "./lanes.js";
import { state } from "./state.js";
import { clock, minutesOf, span } from "./words.js";

export function drawProposal(lanes) {
  for (const one of lanes.querySelectorAll(".proposed")) one.remove();
  const shown = state.showProposal && state.day.proposal;
  const touched = new Set(shown ? shown.routes : []);
  for (const lane of lanes.querySelectorAll("[data-route]")) lane.classList.toggle("is-proposed", touched.has(Number(lane.dataset.route)));
  if (!shown) return;
  for (const stop of shown.stops) {
    const track = lanes.querySelector(`[data-route="${stop.route}"] [data-track]`);
    if (!track) continue;
    const from = minutesOf(stop.starts) - timeRange().from;
    track.append(el("div", {
      class: `proposed${stop.change ? " is-changed" : ""}`,
      title: `${stop.customer} ${span(stop.starts, stop.ends)}`,
      at: { "--from": from, "--to": minutesOf(stop.ends) - timeRange().from },
    }, el("span", { class: "stop-text", text: stop.customer }), el("span", { class: "stop-line" }, el("b", { class: "stop-number", text: stop.number }), el("span", { class: "stop-time", text: clock(stop.starts) }))));
  }
}
