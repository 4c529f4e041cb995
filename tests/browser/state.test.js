// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { apply } from "../../static/live/state.js";

/** @type {import("../../static/live/state.js").RoomState} */
const EMPTY = { kind: "showcase", title: "Hiring", employer: "Acme", phase: "waiting", host: "", live_since: 0, admitted_at: 0, ended_at: 0, pinned: null, bag: [], offers: {}, messages: [], muted: {}, winners: [], applications: {} };
const job = (/** @type {string} */ id, title = id) => ({ id, title, employer: "Acme", place: "Suzhou", pay_min: 1, pay_max: 2, pay_unit: "month", employment_type: "full_time", headcount: 3 });
const line = (/** @type {number | string} */ id) => ({ id: String(id), person: "p", name: "P", role: "candidate", text: `says ${id}`, at: 1, deleted: false });
const OFFER = { id: "o", job: "a", job_title: "A", kind: "hire", places: 2, claimed: 0, opens_at: 1, closes_at: 9, interviewer: "", closed: false };

/** @param {...any} events */
const after = (...events) => events.reduce(apply, EMPTY);

test("the host comes, goes and comes back; the timer counts from the first time", () => {
  const came = after({ type: "host_came_live", host: "Chen", at: 10 });
  assert.deepEqual([came.phase, came.host, came.live_since], ["live", "Chen", 10]);
  const away = apply(came, { type: "host_went_away", reason: "lost" });
  assert.equal(away.phase, "away");
  const back = apply(away, { type: "host_came_live", host: "Wu", at: 20 });
  assert.deepEqual([back.phase, back.host, back.live_since], ["live", "Wu", 10]);
});

test("the end takes the pinned job off", () => {
  const ended = after({ type: "job_pinned", job: job("a"), at: 1 }, { type: "room_ended", by: "host", at: 5 });
  assert.deepEqual([ended.phase, ended.ended_at, ended.pinned], ["ended", 5, null]);
});

test("an admitted candidate starts the interview's clock once", () => {
  const state = after({ type: "candidate_admitted", at: 3 }, { type: "candidate_admitted", at: 4 });
  assert.deepEqual([state.phase, state.admitted_at], ["live", 3]);
});

test("a job put into the bag again moves to its end with its new words", () => {
  const state = after({ type: "job_bagged", job: job("a") }, { type: "job_bagged", job: job("b") }, { type: "job_bagged", job: job("a", "A+") });
  assert.deepEqual(state.bag.map(({ title }) => title), ["b", "A+"]);
});

test("a job taken out of the bag leaves the screen, another stays pinned", () => {
  const both = after({ type: "job_bagged", job: job("a") }, { type: "job_bagged", job: job("b") }, { type: "job_pinned", job: job("a"), at: 1 });
  assert.equal(apply(both, { type: "job_unbagged", job: "a" }).pinned, null);
  assert.equal(apply(both, { type: "job_unbagged", job: "b" }).pinned?.id, "a");
  assert.equal(apply(both, { type: "job_unpinned", at: 2 }).pinned, null);
});

test("only the last hundred lines are kept", () => {
  const state = after(...Array.from({ length: 103 }, (_, n) => ({ type: "message_posted", message: line(n) })));
  assert.deepEqual([state.messages.length, state.messages[0]?.id, state.messages.at(-1)?.id], [100, "3", "102"]);
});

test("a deleted line keeps its place and loses its text", () => {
  const state = after({ type: "message_posted", message: line(1) }, { type: "message_posted", message: line(2) }, { type: "message_deleted", message: "1" });
  assert.deepEqual(state.messages.map(({ text, deleted }) => [text, deleted]), [["", true], ["says 2", false]]);
});

test("who is muted, who won and who applied is told to the crew", () => {
  const winner = { claim: "c", offer: "o", place: 1, person: "p", name: "P" };
  const state = after({ type: "person_muted", person: "p", name: "P" }, { type: "person_muted", person: "q", name: "Q" }, { type: "person_unmuted", person: "p" },
    { type: "winner_named", claim: winner }, { type: "application_received", job: "a", count: 1 }, { type: "application_received", job: "a", count: 2 });
  assert.deepEqual([state.muted, state.winners, state.applications], [{ q: "Q" }, [winner], { a: 2 }]);
});

test("an offer opens, counts its places and closes", () => {
  const state = after({ type: "offer_opened", offer: OFFER }, { type: "place_claimed", offer: "o", claimed: 1 }, { type: "offer_closed", offer: "o", reason: "time" });
  assert.deepEqual(state.offers, { o: { ...OFFER, claimed: 1, closed: true } });
});

test("a fact of a newer server changes nothing here", () => {
  assert.equal(apply(EMPTY, { type: "never_heard_of" }), EMPTY);
});

test("what was is never written over", () => {
  const before = structuredClone(EMPTY);
  after({ type: "job_bagged", job: job("a") }, { type: "offer_opened", offer: OFFER }, { type: "person_muted", person: "p", name: "P" });
  assert.deepEqual(EMPTY, before);
});
