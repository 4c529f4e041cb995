// Reads [[state, [event, …]], …] and prints the states afterwards, by the browser's own reducer.
import { readFileSync } from "node:fs";

import { apply } from "../../static/live/state.js";

const runs = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(runs.map(([state, events]) => events.reduce(apply, state))));
