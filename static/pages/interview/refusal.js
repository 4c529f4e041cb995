// @ts-check
/** Says why a tap had no effect; an interview that is still running can be gone to. */
import { Problem } from "../../lib/api.js";
import { notify } from "../../lib/notice.js";
import { t } from "../../lib/texts.js";

/** @param {unknown} error what `send` threw */
export function tell(error) {
  if (error instanceof TypeError) return void notify(t("No connection. Nothing was lost; please try again."), { kind: "bad" });
  if (!(error instanceof Problem)) throw error;
  const running = error.answer?.interview;
  const action = { text: t("Go in"), run: () => location.assign(`/interviews/${running}`) };
  notify(error.detail, running ? { kind: "bad", action } : { kind: "bad" });
}
