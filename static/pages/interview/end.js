// @ts-check
/** After the interview: how long it took, and for the interviewer the next person in the line. */
import { read, send } from "../../lib/api.js";
import { fill, find, need, on } from "../../lib/dom.js";
import { notify } from "../../lib/notice.js";
import { t } from "../../lib/texts.js";
import { tell } from "./refusal.js";

const EVERY_MS = 5000;

/**
 * @param {{admitted_at: number, ended_at: number}} state
 */
export function showEnd({ admitted_at, ended_at }) {
  const end = need("#end");
  const wasHeld = admitted_at > 0;
  need("[data-held]", end).hidden = !wasHeld;
  need("[data-not-held]", end).hidden = wasHeld;
  if (wasHeld) fill(end, { lasted: t("lasted %(n)s min", { n: Math.max(1, Math.round((ended_at - admitted_at) / 60)) }) });
  const notes = find(end, "#end-notes");
  if (notes) notes.hidden = !notes.querySelector("textarea")?.value.trim();
  if (find(end, "#next-some")) void showNext();
}

let nextRoom = "";

async function showNext() {
  if (document.hidden || need("#end").hidden) return;
  /** @type {any[]} */
  let all;
  try {
    all = await read("/api/interviews");
  } catch {
    return; // asked again in a moment
  }
  const line = all.filter((one) => one.role === "interviewer" && one.status === "invited" && one.arrived_at !== null);
  line.sort((a, b) => a.arrived_at - b.arrived_at);
  const next = line.find((one) => one.is_here) ?? line[0];
  need("#next-some").hidden = !next;
  need("#next-none").hidden = Boolean(next);
  nextRoom = next?.room ?? "";
  if (!next) return;
  find(document, "[data-admit-next]")?.classList.toggle("btn-primary", next.is_here);
  const minutes = Math.max(0, Math.round((Date.now() / 1000 - next.arrived_at) / 60));
  const where = next.is_here ? t("waits for %(n)s min", { n: minutes }) : t("Away just now");
  fill(need("#next-some"), { name: next.candidate_name, note: `${next.job_title} · ${where}` });
}

export function startEnd() {
  if (find(document, "#next-some")) setInterval(() => void showNext(), EVERY_MS);
  on(document, "click", "[data-admit-next]", async (_event, button) => {
    button.setAttribute("aria-busy", "true");
    try {
      await send("POST", `/api/interviews/${nextRoom}/admission`);
      location.assign(`/interviews/${nextRoom}`);
    } catch (error) {
      button.removeAttribute("aria-busy");
      tell(error);
    }
  });
  on(document, "click", "[data-copy-notes]", async () => {
    await navigator.clipboard.writeText(find(document, "#end-notes")?.querySelector("textarea")?.value ?? "");
    notify(t("Copied."), { kind: "ok" });
  });
}
