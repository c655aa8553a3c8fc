// Which act comes next at a stop. The page shows it at once, before the server has heard of it.

const LEADS_TO = {
  on_my_way: "on_the_way",
  arrived: "arrived",
  started: "working",
  paused: "paused",
  resumed: "working",
  finished: "finished",
  not_completed: "not_completed",
};

export function words() {
  return {
    on_the_way: gettext("on the way"),
    arrived: gettext("arrived"),
    working: gettext("working"),
    paused: gettext("paused"),
    finished: gettext("finished"),
    not_completed: gettext("not completed"),
  };
}

export function followAct(act) {
  const status = LEADS_TO[act.kind];
  if (status) showStatus(act.data.stop, status);
}

function showStatus(stop, status) {
  for (const box of document.querySelectorAll(`[data-next="${stop}"]`)) {
    box.dataset.status = status;
    for (const act of box.querySelectorAll("[data-for]")) act.hidden = act.dataset.for !== status;
  }
  if (Number(document.querySelector("main[data-stop]")?.dataset.stop) === Number(stop)) {
    for (const part of document.querySelectorAll("[data-while]")) part.hidden = !part.dataset.while.split(" ").includes(status);
  }
  for (const badge of document.querySelectorAll(`[data-badge="${stop}"]`)) badge.textContent = words()[status];
}
