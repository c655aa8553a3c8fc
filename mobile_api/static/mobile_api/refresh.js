// Fetches the page anew and puts in what has changed. What is being written, and what is unfolded, stays.

let pressed = false;
for (const kind of ["pointerdown", "pointerup", "pointercancel"]) {
  addEventListener(kind, () => { pressed = kind === "pointerdown"; }, true);
}

// A part that changed between finger down and finger up would lose the tap.
async function fingerUp() {
  while (pressed) await new Promise((resolve) => setTimeout(resolve, 50));
}

export async function refreshPage() {
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  await fingerUp();
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    if (!now || isBeingWritten(old)) continue;
    keepFolds(old, now);
    const focused = old.contains(document.activeElement) ? document.activeElement.closest("[id]")?.id : "";
    old.replaceWith(document.adoptNode(now));
    if (focused) (document.querySelector(`#${CSS.escape(focused)} > summary`) ?? document.getElementById(focused))?.focus();
  }
}

function isBeingWritten(part) {
  if (part.querySelector("input[name=image]")?.value) return true;
  const texts = [...part.querySelectorAll("input[type=text], textarea")];
  const ticks = [...part.querySelectorAll("input[type=radio], input[type=checkbox]")];
  return (
    texts.some((field) => field.value !== field.defaultValue || field === document.activeElement) ||
    ticks.some((field) => field.checked !== field.defaultChecked) ||
    [...part.querySelectorAll("select")].some((field) => field.value)
  );
}

// What was saved is no longer being written, though the server's own copy is still to come.
export function markSaved(form) {
  for (const field of form.querySelectorAll("input[type=text], textarea")) field.defaultValue = field.value;
  for (const field of form.querySelectorAll("input[type=radio], input[type=checkbox]")) field.defaultChecked = field.checked;
  for (const field of form.querySelectorAll("select")) field.value = "";
  if (form.elements.image) form.elements.image.value = "";
}

function keepFolds(old, now) {
  for (const fold of old.querySelectorAll("details[id]")) {
    const twin = now.querySelector(`#${CSS.escape(fold.id)}`);
    if (twin) twin.open = fold.open;
  }
}
