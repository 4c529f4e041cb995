// @ts-check
/** Starts what every page has: forms, times, dialogs and menus, tabs. base.html loads it. */
import { startDialogs } from "./dialog.js";
import { startForms } from "./form.js";
import { startTabs } from "./tabs.js";
import { startTimes } from "./time.js";

startForms();
startTimes();
startDialogs();
startTabs();
