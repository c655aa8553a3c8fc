// What the visit still lacks. Asked once before it ends, in the page; the sticky button leads to the first of them.

let asked = false;

// From the top of the page down: the name, where to go, and whether it is missing.
function listGaps() {
  const find = (selector) => document.querySelector(selector);
  const open = document.querySelectorAll(".check[aria-pressed='false']");
  const found = [...document.querySelectorAll(".finding [data-value]")].some((value) => value.textContent.trim());
  const drawn = find("form[data-act='signature'] [name=image]")?.value;
  return [
    ["checks", open[0], open.length > 0],
    ["finding", find(".finding > summary"), !found],
    ["cause", find("#factor"), !find("#causes > li")],
    ["text", find("#summary"), !find("#summary")?.value.trim()],
    ["signer", find("#signer"), Boolean(drawn) && !find("#signer").value.trim()],
  ].filter(([, target, lacks]) => target && lacks);
}

export function showGaps() {
  const box = document.getElementById("missing");
  if (!box) return;
  const gaps = listGaps();
  const names = gaps.map(([name]) => name);
  asked = gaps.length > 0 && (asked || !box.hidden);
  for (const line of box.querySelectorAll("[data-gap]")) line.hidden = !names.includes(line.dataset.gap);
  box.querySelector("[data-count]").textContent = document.querySelectorAll(".check[aria-pressed='false']").length;
  box.querySelector("[data-anyway]").hidden = isNeeded(names);
  box.hidden = !asked;
  document.querySelector("[data-done]").hidden = asked;
}

function isNeeded(names) {
  return names.includes("text") || names.includes("signer");
}

// Whether the visit may end now; if not, the list of what is missing is shown.
export function mayFinish(submitter) {
  const names = listGaps().map(([name]) => name);
  if (!names.length || (submitter?.name === "anyway" && !isNeeded(names))) return true;
  asked = true;
  showGaps();
  goTo(document.getElementById("missing"));
  return false;
}

export function goTo(target) {
  target.closest("details:not([open])")?.setAttribute("open", "");
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-to-finish], [data-write]");
  if (!link) return;
  event.preventDefault();
  const target = listGaps()[0]?.[1] ?? document.querySelector("[data-done]");
  if (target) goTo(target);
});

// While the button that really ends the visit is in view, the one that leads to it steps back.
const watcher = new IntersectionObserver((entries) => {
  const there = entries.at(-1).isIntersecting;
  document.getElementById("bottom")?.classList.toggle("is-there", there);
});

export function watchEnd() {
  watcher.disconnect();
  const end = document.getElementById("finishing");
  if (end) watcher.observe(end);
}
