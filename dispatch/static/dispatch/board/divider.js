// The line between map and lanes: by pointer or arrow keys, remembered on this machine.
const KEY = "board-map-height";
const LEAST = 140;
const STEP = 24;

export function setUpDivider(divider, desk) {
  const most = () => Math.max(LEAST, desk.clientHeight - 180);
  const height = () => document.querySelector("[data-map]").offsetHeight;
  const set = (value, keep = true) => {
    const pixels = Math.round(Math.min(Math.max(value, LEAST), most()));
    desk.style.setProperty("--map-height", `${pixels}px`);
    desk.classList.add("is-divided");
    divider.setAttribute("aria-valuenow", pixels);
    divider.setAttribute("aria-valuemin", LEAST);
    divider.setAttribute("aria-valuemax", most());
    if (keep) localStorage.setItem(KEY, pixels);
  };
  const remembered = Number(localStorage.getItem(KEY));
  if (remembered) set(remembered, false);
  else divider.setAttribute("aria-valuenow", height());
  divider.addEventListener("keydown", (event) => {
    const change = { ArrowUp: -STEP, ArrowDown: STEP }[event.key];
    if (change === undefined) return;
    event.preventDefault();
    set(height() + change);
  });
  divider.addEventListener("pointerdown", (event) => {
    const from = event.clientY - height();
    divider.setPointerCapture(event.pointerId);
    const follow = (move) => set(move.clientY - from);
    divider.addEventListener("pointermove", follow);
    divider.addEventListener("lostpointercapture", () => divider.removeEventListener("pointermove", follow), { once: true });
    event.preventDefault();
  });
}
