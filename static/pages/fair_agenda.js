// @ts-check
/** The organiser's agenda: one dialog to add a session and one to edit it, pointed at what was pressed. */
import { openDialog } from "../lib/dialog.js";
import { need, on } from "../lib/dom.js";

/**
 * @param {string} id of the form
 * @param {string} api
 * @param {Record<string, string | undefined>} values by name; undefined leaves the control alone
 */
function point(id, api, values) {
  const form = need(`#${id}`);
  form.dataset.api = api;
  for (const [name, value] of Object.entries(values)) {
    const control = form.querySelector(`[name="${name}"]`);
    if (control instanceof HTMLInputElement && value !== undefined) control.value = value;
  }
}

on(document, "click", "[data-add]", (_event, button) => {
  point("add-form", `POST /api/occurrences/${button.dataset.add}/sessions`, { title: "", starts_local: button.dataset.starts });
  openDialog("add");
});
on(document, "click", "[data-edit]", (_event, button) => {
  const { edit, title, starts, minutes } = button.dataset;
  point("edit-form", `PUT /api/sessions/${edit}`, { title, starts_local: starts, minutes });
  button.closest("details")?.removeAttribute("open");
  openDialog("edit");
});
