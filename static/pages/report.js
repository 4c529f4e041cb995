// @ts-check
/**
 * The fair's report: its curve, a table that sorts and filters, and a refresh that fetches the
 * page again and puts the new #report in the place of the old, keeping order and filter.
 */
import { find, need, on } from "../lib/dom.js";
import { busy } from "../lib/form.js";
import { notify } from "../lib/notice.js";
import { language, t } from "../lib/texts.js";
import { drawChart } from "./report/chart.js";
import { compareKeys, isChosen } from "./report/table.js";

/** What the reader chose; a refresh keeps it. */
const choice = { column: 2, isDescending: false, role: "", words: "" };
let takeChartAway = () => {};

const table = () => find(document, "[data-testid='attendance-table']");

function show() {
  takeChartAway();
  const place = find(document, "[data-chart]");
  const data = find(document, "[data-curve]");
  takeChartAway = place && data ? drawChart(place, JSON.parse(data.textContent ?? "{}")) : () => {};
  for (const input of document.querySelectorAll("input[name='role']")) {
    if (input instanceof HTMLInputElement) input.checked = input.value === choice.role;
  }
  const words = find(document, "input[name='find']");
  if (words instanceof HTMLInputElement) words.value = choice.words;
  sort();
  filter();
}

function sort() {
  const { column, isDescending } = choice;
  const body = table()?.querySelector("tbody");
  if (!body) return;
  /** @param {HTMLTableRowElement} row */
  const key = (row) => row.cells[column]?.dataset.sort ?? "";
  const rows = [...body.rows].sort((a, b) => compareKeys(key(a), key(b), language()) * (isDescending ? -1 : 1));
  body.append(...rows);
  table()?.querySelectorAll("thead th").forEach((head, number) => {
    head.setAttribute("aria-sort", number !== column ? "none" : isDescending ? "descending" : "ascending");
  });
  const order = find(document, "select[name='order']");
  if (order instanceof HTMLSelectElement) order.value = String(column);
}

function filter() {
  const rows = [...(table()?.querySelectorAll("tbody tr") ?? [])];
  let shown = 0;
  for (const row of rows) {
    if (!(row instanceof HTMLTableRowElement)) continue;
    const isIn = isChosen({ role: row.dataset.role ?? "", name: row.cells[0]?.textContent ?? "" }, choice.role, choice.words);
    row.hidden = !isIn;
    shown += Number(isIn);
  }
  const note = find(document, "[data-shown]");
  if (note) note.textContent = t("%(n)s of %(all)s shown", { n: shown, all: rows.length });
}

/** @param {HTMLButtonElement} button */
async function refresh(button) {
  const rest = busy(button);
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("report");
    if (!answer.ok || !fresh) throw new Error(String(answer.status));
    need("#report").replaceWith(document.importNode(fresh, true));
    show();
    find(document, "[data-refresh]")?.focus();
    notify(t("The report is up to date."));
  } catch {
    rest();
    notify(t("The report could not be refreshed. Check your connection and try again."), { kind: "bad" });
  }
}

on(document, "click", "[data-refresh]", (_event, button) => {
  if (button instanceof HTMLButtonElement && !button.hasAttribute("aria-busy")) void refresh(button);
});
on(document, "click", "[data-print]", () => print());
on(document, "click", "[data-sort-by]", (_event, button) => {
  const head = button.closest("th");
  if (!head) return;
  choice.isDescending = head.cellIndex === choice.column ? !choice.isDescending : head.classList.contains("num");
  choice.column = head.cellIndex;
  sort();
});
on(document, "change", "select[name='order']", (_event, select) => {
  if (!(select instanceof HTMLSelectElement)) return;
  choice.column = Number(select.value);
  choice.isDescending = choice.column > 3;
  sort();
});
on(document, "change", "input[name='role']", (_event, input) => {
  if (input instanceof HTMLInputElement) choice.role = input.value;
  filter();
});
on(document, "input", "input[name='find']", (_event, input) => {
  if (input instanceof HTMLInputElement) choice.words = input.value;
  filter();
});

show();
