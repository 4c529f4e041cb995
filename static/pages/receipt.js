// @ts-check
/** A receipt: the button that prints it. */
import { on } from "../lib/dom.js";

on(document, "click", "[data-print]", () => print());
