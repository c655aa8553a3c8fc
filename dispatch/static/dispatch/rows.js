// "Add another": a row of a Django formset, without asking the server. Without this module the button is a submit.

function addRow(button) {
  const rows = button.closest("[data-rows]");
  const total = rows.querySelector("[name$='-TOTAL_FORMS']");
  const most = Number(rows.querySelector("[name$='-MAX_NUM_FORMS']").value);
  const number = Number(total.value);
  if (number >= most) return;
  const template = rows.querySelector("template");
  const row = template.content.firstElementChild.cloneNode(true);
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const name of ["id", "name", "for", "aria-describedby"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replaceAll("__prefix__", String(number)));
    }
  }
  template.before(row);
  total.value = String(number + 1);
  row.querySelector("input:not([type=hidden]), textarea, select").focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-adds-row]");
  if (!button) return;
  event.preventDefault();
  addRow(button);
});
