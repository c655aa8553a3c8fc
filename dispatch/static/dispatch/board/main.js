// Puts the board together. Below 900 px, and when the reader asks for it, the list is the board.
import { setUpDivider } from "./divider.js";
import { toast } from "./dom.js";
import { drawProposal } from "./ghosts.js";
import { openHelp, setUpKeys } from "./keys.js";
import { drawLanes, markSelected, setUpLanes } from "./lanes.js";
import { keepListFresh, setUpLive } from "./live.js";
import { drawMap, setUpMap } from "./map.js";
import { setUpPanel } from "./panel.js";
import { setUpPlan } from "./plan.js";
import { setUpPointer } from "./pointer.js";
import { setUpProposal } from "./proposal.js";
import { setUpRepairs } from "./repairs.js";
import { bus, findEntry, findStop, select, tell } from "./state.js";
import { drawTray, setUpTray } from "./tray.js";
import { drawZoom, setUpZoom } from "./zoom.js";

const AS_LIST = "board-as-list";
const part = (name) => document.querySelector(`[data-${name}]`);
const desk = part("desk");
const lanes = part("lanes");

function draw() {
  drawLanes();
  drawZoom();
  drawTray();
  drawProposal(lanes);
}

function setUpViews() {
  const button = part("as-list");
  const show = (asList) => {
    document.body.classList.toggle("as-list", asList);
    button.setAttribute("aria-pressed", String(asList));
    tell("view");
  };
  show(localStorage.getItem(AS_LIST) === "yes");
  button.addEventListener("click", () => {
    const asList = !document.body.classList.contains("as-list");
    localStorage.setItem(AS_LIST, asList ? "yes" : "no");
    show(asList);
  });
}

document.body.classList.add("has-script");
part("tools").hidden = false;
const scroller = setUpLanes(lanes);
setUpZoom(lanes, scroller);
setUpTray(part("tray"));
draw();
setUpDivider(part("divider"), desk);
setUpPanel(part("panel"));
setUpPlan(part("plan"), part("choices"), part("run"));
setUpProposal(part("proposal"));
setUpRepairs(lanes, part("list"), part("panel"));
setUpMap(document.getElementById("board-map")); // once all else has its height, so that the day fits its map
drawMap();
setUpPointer(desk, scroller);
setUpKeys(desk);
setUpViews();
keepListFresh(part("list"));
setUpLive();
part("help").addEventListener("click", openHelp);

bus.addEventListener("day", () => {
  draw();
  drawMap();
});
bus.addEventListener("proposal", () => drawProposal(lanes));
bus.addEventListener("signed-out", (event) => toast(event.detail.text, { tone: "tone-warning shape-triangle" }));
bus.addEventListener("select", (event) => {
  const chosen = markSelected();
  if (chosen && event.detail.from !== "lanes") chosen.scrollIntoView({ block: "nearest", inline: "nearest" });
});

/** Another day's board was opened for one visit: it is selected, once. */
const asked = Number(new URLSearchParams(window.location.search).get("appointment"));
if (findStop(asked) ?? findEntry(asked)) select(asked, "address");
